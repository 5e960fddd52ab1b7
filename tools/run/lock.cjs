'use strict'
var fs = require('fs')
var path = require('path')

var PATIENCE_MS = 15 * 60 * 1000
var POLL_MS = 200

function isAlive(pid) {
  if (!(pid > 0) || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function quietly(action) {
  try {
    action()
    return true
  } catch (error) {
    return false
  }
}

/** Not by mkdir's recursive: on a read-only file system Node says of that one that the folder does not exist. */
function ensureFolder(folder) {
  try {
    fs.mkdirSync(folder)
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
}

/** One attempt. Throws when the folder cannot be written; false when a living process holds the lock. */
function attempt(lock) {
  var mine = String(process.pid)
  var candidate = lock + '-' + mine
  // Made whole and then moved into place, so that a lock never exists without its owner; moving onto one that is
  // held fails, moving onto an empty one (released this instant) succeeds.
  ensureFolder(candidate)
  ensureFolder(path.join(candidate, mine))
  if (
    quietly(function () {
      fs.renameSync(candidate, lock)
    })
  )
    return true
  fs.rmdirSync(path.join(candidate, mine))
  fs.rmdirSync(candidate)

  var owner = null
  quietly(function () {
    owner = fs.readdirSync(lock)[0] || null
  })
  if (owner === null) quietly(fs.rmdirSync.bind(fs, lock))
  else if (!isAlive(Number(owner))) {
    // Only one of several can rename a dead owner's mark into its own.
    return quietly(function () {
      fs.renameSync(path.join(lock, owner), path.join(lock, mine))
    })
  }
  return false
}

/**
 * Takes a lock that lives in the file system, waiting for its holder; a dead holder's lock is taken over.
 *
 * @param lock  folder that is the lock while it exists; it contains one empty folder, named by the holder's pid
 *              (git does not see empty folders, so that a crash leaves nothing to commit)
 * @param done  called with an error (the folder cannot be written, or the holder never ends), or with a function
 *              that releases the lock
 */
function acquire(lock, done) {
  var started = Date.now()
  var told = false
  function release() {
    quietly(fs.rmdirSync.bind(fs, path.join(lock, String(process.pid))))
    quietly(fs.rmdirSync.bind(fs, lock))
  }
  function again() {
    var taken
    try {
      taken = attempt(lock)
    } catch (error) {
      return done(error)
    }
    if (taken) return done(null, release)
    if (Date.now() - started > PATIENCE_MS) {
      var error = new Error('held for too long')
      error.code = 'ELOCKED'
      return done(error)
    }
    if (!told) console.error('Waiting for another installation in this checkout…')
    told = true
    setTimeout(again, POLL_MS)
  }
  again()
}

module.exports = { acquire: acquire }
