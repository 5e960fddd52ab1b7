/**
 * What `npm start` runs: the API on one origin and the page on another, in one process.
 *
 * Says what is in the way in one sentence and ends with 1; ends with 0 on Ctrl-C, with nothing left running.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type RunningApi, startApi } from './api/src/api.ts'
import { CannotStart, readSettings, type Settings } from './api/src/settings.ts'
import { openLab } from './lab/lab.ts'
import { startWeb } from './web/start-web.ts'

/** @throws CannotStart when no file can be written there */
function requireWritable(folder: string): void {
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw new CannotStart(
      `The data folder ${folder} cannot be written: give this user the right to, or set DATA_FOLDER to another.`,
      { cause: error },
    )
  }
}

/** Browsers may take `localhost` for either address, so another program must be on neither. */
async function requireFree(port: number, variable: string): Promise<void> {
  const taken = await Promise.all(['127.0.0.1', '::1'].map((host) => answers(host, port)))
  if (taken.includes(true)) throw inUse(port, variable)
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 500 })
    const end = (answered: boolean): void => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(true))
    socket.once('error', () => end(false))
  })
}

function inUse(port: number, variable: string): CannotStart {
  return new CannotStart(
    `Port ${port} is in use: stop what uses it, or choose another by ${variable}, as in ${variable}=${port + 1} npm start.`,
  )
}

/** What went wrong, for the person at the terminal: a sentence where it is theirs to mend, everything where it is not. */
function explain(error: unknown, { webPort }: Settings): unknown {
  if (!(error instanceof Error)) return error
  if (error.name === 'CannotStart' || error.name === 'ConfigurationError') return error.message
  const { code, port } = error as NodeJS.ErrnoException & { readonly port?: number }
  const variable = port === webPort ? 'WEB_PORT' : 'PORT'
  // Somebody took the port after we looked.
  if (code === 'EADDRINUSE' && port !== undefined) return inUse(port, variable).message
  if (code === 'EACCES' && port !== undefined) return `${variable} is ${port}, and this user needs one from 1024 on.`
  return error
}

function greet({ apiUrl, webUrl }: Settings): void {
  console.log(`
  The page   ${webUrl}      open this one
  The API    ${apiUrl}      its reference: ${apiUrl}/docs

  Register, add a trade, and reload: you are still signed in. Open a second tab, sign out there, and look at the
  first. Type document.cookie into the console: the page cannot read the session.
  Then, at the end of the page, move it to another site, break something, and ask the doctor.

  Ctrl-C stops both.
`)
}

async function start(settings: Settings): Promise<void> {
  requireWritable(settings.dataFolder)
  await Promise.all([requireFree(settings.port, 'PORT'), requireFree(settings.webPort, 'WEB_PORT')])
  const started: Pick<RunningApi, 'close'>[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((one) => one.close()))
  }
  const keep = async (starting: Promise<Pick<RunningApi, 'close'>>): Promise<void> => void started.push(await starting)
  const lab = openLab(settings.apiUrl, [settings.webUrl, settings.farUrl, settings.strangerUrl])
  const results = await Promise.allSettled([
    keep(startApi(settings, lab.between)),
    keep(startWeb(settings, lab.answer)),
  ])
  const failure = results.find((result) => result.status === 'rejected')
  if (failure !== undefined) {
    await stop()
    throw failure.reason
  }
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1)
      stopping = true
      void stop().finally(() => process.exit(0))
    })
  }
  greet(settings)
}

let settings: Settings | undefined
try {
  settings = readSettings(process.env)
  await start(settings)
} catch (error) {
  console.error(settings === undefined ? (error as Error).message : explain(error, settings))
  process.exit(1)
}
