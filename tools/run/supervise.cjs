'use strict'
var fs = require('fs')
var os = require('os')

var FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Whether a Ctrl-C in the terminal reaches this process's whole group, its children included: then a SIGINT must not
 * be passed on, or the child would take the second one for an impatient user's.
 */
function terminalSignalsTheGroup() {
  try {
    // after the name in parentheses: state, parent, group, session, terminal, the terminal's foreground group
    var stat = fs.readFileSync('/proc/self/stat', 'utf8')
    var fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[5]) > 0 && fields[2] === fields[5]
  } catch (error) {
    return Boolean(process.stdin.isTTY || process.stdout.isTTY)
  }
}

/**
 * Passes signals on to a child and reports its end once.
 *
 * @param child  a process that shares our group and our standard streams
 * @param done   called with an error when it could not start, else with its exit code: 128+n when a signal ended it
 */
function supervise(child, done) {
  var finished = false
  var handlers = FORWARDED.map(function (signal) {
    function forward() {
      if (process.platform === 'win32') return // the console tells every process of it
      if (signal === 'SIGINT' && terminalSignalsTheGroup()) return
      child.kill(signal)
    }
    process.on(signal, forward)
    return forward
  })

  // npm passes a signal on to its shell only, and the shell to nobody: this process is left without its parent.
  var parent = process.ppid
  var watch = setInterval(function () {
    if (process.env.npm_lifecycle_event && process.ppid !== parent) child.kill('SIGTERM')
  }, 250)
  watch.unref()

  function finish(error, code) {
    if (finished) return
    finished = true
    clearInterval(watch)
    FORWARDED.forEach(function (signal, index) {
      process.removeListener(signal, handlers[index])
    })
    done(error, code)
  }

  child.on('error', function (error) {
    finish(error, 1)
  })
  child.on('close', function (code, signal) {
    finish(null, signal ? 128 + (os.constants.signals[signal] || 0) : code)
  })
}

module.exports = { supervise: supervise }
