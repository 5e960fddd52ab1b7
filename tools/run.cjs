'use strict'
/**
 * Runs one of the house's tasks: `node tools/run.cjs <task> [arguments]`.
 *
 * Works from a fresh checkout on any Node from 20 on: installs the dependencies when they are missing or out of
 * date, then runs the task on a Node 24 or newer: this one, or the one that the dependencies brought.
 * Written for very old Nodes too, so that they can say what is wrong instead of failing on the syntax.
 */
var fs = require('fs')
var path = require('path')

var CONDITION = '--conditions=coatcheck-source'
var NEEDED = 24
var root = path.resolve(__dirname, '..')

var TASKS = {
  start: ['examples/trades/start.ts'],
  serve: ['packages/server/src/cli/main.ts', 'serve'],
  coatcheck: ['packages/server/src/cli/main.ts'],
  test: ['tools/test.ts'],
  torture: ['tools/test.ts', '--torture'],
  bench: ['bench/run.ts'],
  check: ['tools/check.ts'],
  build: ['tools/build.ts'],
  format: ['node_modules/oxfmt/bin/oxfmt'],
}

function major(version) {
  return parseInt(version.replace(/^v/, ''), 10)
}

function fail(sentence, code) {
  console.error(sentence)
  process.exit(code)
}

/** This Node when it is new enough, else the one in node_modules, else null. */
function chooseNode() {
  if (major(process.version) >= NEEDED) return process.execPath
  var platform = process.platform === 'win32' ? 'win' : process.platform
  var folder = path.join(root, 'node_modules', 'node-' + platform + '-' + process.arch, 'bin')
  var file = path.join(folder, platform === 'win' ? 'node.exe' : 'node')
  return fs.existsSync(file) ? file : null
}

/** The environment of the task: every Node in it, workers and children too, reads the workspaces' TypeScript. */
function environmentFor(node) {
  var env = Object.assign({}, process.env)
  var options = env.NODE_OPTIONS || ''
  if (options.split(/\s+/).indexOf(CONDITION) < 0) env.NODE_OPTIONS = (options + ' ' + CONDITION).trim()
  var key = Object.keys(env).find(function (name) {
    return name.toUpperCase() === 'PATH'
  })
  env[key || 'PATH'] = path.dirname(node) + path.delimiter + (env[key || 'PATH'] || '')
  return env
}

function runTask(task, args) {
  var node = chooseNode()
  if (!node) {
    var machine = process.platform + '-' + process.arch
    fail(
      'Coatcheck needs Node ' + NEEDED + ' or newer and brings none for ' + machine + ': install it and try again.',
      1
    )
  }
  var entry = path.join(root, task[0])
  if (!fs.existsSync(entry)) fail('This checkout has no ' + task[0] + ', which this task runs.', 1)
  var child = require('child_process').spawn(node, [CONDITION, entry].concat(task.slice(1), args), {
    cwd: root,
    env: environmentFor(node),
    stdio: 'inherit',
  })
  require('./run/supervise.cjs').supervise(child, function (error, code) {
    if (error) fail('Node could not be started from ' + node + ': ' + error.message, 1)
    process.exit(code)
  })
}

function main(name, args) {
  if (!name || !Object.prototype.hasOwnProperty.call(TASKS, name)) {
    var known = Object.keys(TASKS).join(', ')
    fail((name ? 'There is no task "' + name + '"' : 'No task given') + '; the tasks are: ' + known + '.', 2)
  }
  require('./run/install.cjs').ensureInstalled(root, function (sentence, code) {
    if (sentence) fail(sentence, code || 1)
    runTask(TASKS[name], args)
  })
}

if (major(process.version) < 20) {
  fail('Coatcheck needs Node 20 or newer to start with, and this is ' + process.version + ': install a newer Node.', 1)
} else {
  main(process.argv[2], process.argv.slice(3))
}
