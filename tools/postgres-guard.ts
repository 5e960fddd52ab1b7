import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readlinkSync } from 'node:fs'
import type { Socket } from 'node:net'

/**
 * Waits for the end of its input, which comes however its parent ends, SIGKILL included; then stops the PostgreSQL
 * whose folder it is given, if it still runs, and removes the folder.
 */
const SCRIPT = `trap '' INT TERM HUP
read -r _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
ours() {
  case "$(ps -o args= -p "$pid" 2>/dev/null || tr '\\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)" in *"$1"*) return 0 ;; esac
  return 1
}
if [ -n "$pid" ] && ours "$1"; then
  kill -QUIT "$pid"
  i=0
  while ours "$1" && [ $i -lt 50 ]; do sleep 0.1; i=$((i+1)); done
fi
rm -rf "$1"`

/** Sets a guard over a database's folder: it is stopped and removed when this process ends, or when told to now. */
export function guardFolder(folder: string): { end(): ChildProcess } {
  const args = ['-c', SCRIPT, 'coatcheck-guard', folder]
  const guard = spawn('/bin/sh', args, { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  guard.unref()
  const input = guard.stdin as Socket
  input.unref()
  return {
    end() {
      input.end()
      guard.ref()
      return guard
    },
  }
}

/** The processes whose working directory is a folder, where the system can tell (Linux). */
export function processesIn(folder: string): readonly number[] {
  const found: number[] = []
  try {
    for (const name of readdirSync('/proc')) {
      if (/^\d+$/.test(name) && workingDirectory(name) === folder) found.push(Number(name))
    }
  } catch {
    return [] // no /proc here
  }
  return found
}

function workingDirectory(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return null // it has ended, or belongs to someone else
  }
}
