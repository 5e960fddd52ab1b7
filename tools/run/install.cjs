'use strict'
var crypto = require('crypto')
var fs = require('fs')
var path = require('path')

var FLAGS = [
  'ci',
  '--include=dev', // whatever NODE_ENV says
  '--include=optional',
  '--ignore-scripts', // no dependency compiles or downloads anything
  '--prefer-offline',
  '--fetch-retries=3',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=4000',
  '--no-progress',
  '--loglevel=warn', // whatever npm was started with: a full disk is only a warning to it
]

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'))
}

/** What the stamp of an installation says: the lock file it came from, and the platform. Not the Node version. */
function expectedStamp(root) {
  var lock = fs.readFileSync(path.join(root, 'package-lock.json'))
  var hash = crypto.createHash('sha256').update(lock).digest('hex')
  return hash + ' ' + process.platform + '-' + process.arch + '\n'
}

function stampFile(root) {
  return path.join(root, 'node_modules', '.coatcheck-installed')
}

function writeStamp(root, stamp) {
  var file = stampFile(root)
  try {
    fs.writeFileSync(file + '-' + process.pid, stamp)
    fs.renameSync(file + '-' + process.pid, file)
  } catch (error) {
    // a folder that cannot be written only costs the next start a few milliseconds
  }
}

/** Whether npm's own record of node_modules has everything the lock file asks for on this platform. */
function installedByHand(root) {
  try {
    var wanted = readJson(path.join(root, 'package-lock.json')).packages
    var present = readJson(path.join(root, 'node_modules', '.package-lock.json')).packages
    return Object.keys(wanted).every(function (key) {
      var entry = wanted[key]
      if (key.indexOf('node_modules/') !== 0 || entry.link) return true
      var found = present[key]
      if (found) return found.version === entry.version && found.integrity === entry.integrity
      if (!entry.optional) return false
      var fits =
        entry.os && entry.os.indexOf(process.platform) >= 0 && entry.cpu && entry.cpu.indexOf(process.arch) >= 0
      return !fits || Boolean(entry.libc)
    })
  } catch (error) {
    return false
  }
}

function isInstalled(root, stamp) {
  var found = null
  try {
    found = fs.readFileSync(stampFile(root), 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT' && installedByHand(root)) {
      writeStamp(root, stamp)
      return true
    }
  }
  return found === stamp
}

/** npm as a command: the one that started us, the one beside this Node, or the one on the PATH. */
function npmCommand() {
  var started = process.env.npm_execpath
  var beside = path.resolve(process.execPath, '../../lib/node_modules/npm/bin/npm-cli.js')
  var node = process.env.npm_node_execpath // not a Node from the node_modules that npm is about to replace
  if (!node || !fs.existsSync(node)) node = process.execPath
  if (started && path.basename(started) === 'npm-cli.js' && fs.existsSync(started)) return [node, [started]]
  if (fs.existsSync(beside)) return [process.execPath, [beside]]
  return ['npm', []]
}

/** What went wrong, in one sentence where we know it, else in npm's own words. */
function explain(root, output) {
  var again = ', and try again.'
  if (/\bENOSPC\b/.test(output))
    return 'The disk is full, so dependencies cannot go into ' + root + ': free some space' + again
  if (/\b(EACCES|EROFS|EPERM)\b/.test(output)) {
    var named = /^npm error path (.+)$/m.exec(output)
    var folder = named ? named[1] : root
    return 'Dependencies cannot be installed, because ' + folder + ' cannot be written: make it writable' + again
  }
  if (
    /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b/.test(
      output
    )
  )
    return 'Dependencies cannot be downloaded, because the npm registry does not answer: check the network' + again
  return output.trim() + '\nDependencies could not be installed: npm ci failed, as it says above.'
}

function npmCi(root, done) {
  var npm = npmCommand()
  var output = ''
  var child = require('child_process').spawn(npm[0], npm[1].concat(FLAGS), {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: npm[0] === 'npm' && process.platform === 'win32',
  })
  function collect(chunk) {
    output += chunk
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  require('./supervise.cjs').supervise(child, function (error, code) {
    if (error) return done('npm is not on the PATH: install Node with npm, and try again.')
    if (code > 128) return done('The installation was interrupted.', code)
    done(code === 0 && !/TAR_ENTRY_ERROR/.test(output) ? null : explain(root, output))
  })
}

/**
 * Installs the dependencies when node_modules is missing or belongs to another lock file.
 *
 * A folder that cannot be written is no obstacle while nothing needs installing. Of several processes that need it
 * at once, one installs and the others wait.
 *
 * @param done  called with nothing, or with a sentence that says what is wrong and an exit code
 */
function ensureInstalled(root, done) {
  var stamp
  try {
    stamp = expectedStamp(root)
  } catch (error) {
    return done('There is no readable package-lock.json in ' + root + ': check the repository out again.')
  }
  if (isInstalled(root, stamp)) return done(null)
  var lock = path.join(root, '.coatcheck-installing')
  require('./lock.cjs').acquire(lock, function (error, release) {
    if (error && error.code === 'ELOCKED')
      return done('Another installation never ended: remove ' + lock + ', and try again.')
    if (error) return done(explain(root, String(error.code || error.message)))
    if (isInstalled(root, stamp)) {
      release()
      return done(null)
    }
    console.error('Installing dependencies (once)…')
    npmCi(root, function (sentence, code) {
      if (!sentence) writeStamp(root, stamp)
      release()
      done(sentence, code)
    })
  })
}

module.exports = { ensureInstalled: ensureInstalled }
