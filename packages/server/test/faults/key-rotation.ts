import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../../../../tools/free-port.ts'
import { readKeyFile } from '../../src/key-file.ts'
import { runCli, startServer, type ServerProcess } from '../support/server-process.ts'
import { ask, signUp } from './killed-server.ts'

const CLIENTS = 6
/** How soon a server knows what was done to its key file, and a moment more. */
const KNOWN_MS = 2_500

/** What was seen of rotations under load. */
export interface Rotations {
  /** Checks that were answered. */
  readonly checks: number
  /** Sessions that began, under any key. */
  readonly sessions: number
  /** Checks of a live session that were answered with nobody. */
  readonly signedOut: number
  /** After the old keys were removed: sessions that began under them and still live, and those under the new one that do not. */
  readonly outlived: number
  readonly lost: number
}

/**
 * Two servers on one key file, people who sign up at the one and are checked by both, and a key that is rotated
 * meanwhile; in the end the old keys are removed by force.
 *
 * @param root of the package whose servers and command run
 * @param count how many rotations, ten seconds each
 */
export async function rotateUnderLoad(root: string, folder: string, count: number): Promise<Rotations> {
  const main = join(root, 'src/cli/main.ts')
  const database = join(folder, 'rotation.db')
  // One public URL, so that the cookie has one name at both.
  const environment = { COATCHECK_DATABASE: database, COATCHECK_URL: `http://localhost:${await freePort()}` }
  const keys = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await runCli(['keys', ...args], environment, main)
    if (code !== 0) throw new Error(`coatcheck keys ${args.join(' ')}: ${stderr}`)
  }
  const servers = [await startServer(environment, main)]
  try {
    servers.push(await startServer(environment, main))
    const crowd = new Crowd(servers)
    const clients = Array.from({ length: CLIENTS }, (_, index) => crowd.live(index))
    for (let round = 0; round < count; round += 1) {
      await wait(500)
      await keys('rotate')
      const [newest] = readKeyFile(`${database}.keys`)
      await wait((newest?.signsFrom ?? 0) - Date.now() + KNOWN_MS)
    }
    const before = crowd.sessions.length
    await wait(1_500)
    crowd.stop()
    await Promise.all(clients)
    // All are in the memory of both servers, where a removed key is not looked for.
    await crowd.signedIn(crowd.sessions)
    const { checks, signedOut } = crowd
    await keys('prune', '--force')
    await wait(KNOWN_MS)
    const outlived = await crowd.signedIn(crowd.oldest(before))
    const newer = crowd.sessions.slice(before)
    const lost = newer.length * servers.length - (await crowd.signedIn(newer))
    return { checks, sessions: crowd.sessions.length, signedOut, outlived, lost }
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
  }
}

/** People who sign up, and are checked again and again at any of the servers. */
class Crowd {
  readonly sessions: string[] = []
  checks = 0
  signedOut = 0
  readonly #servers: readonly ServerProcess[]
  #stopped = false

  constructor(servers: readonly ServerProcess[]) {
    this.#servers = servers
  }

  /** Signs up at one server after the other, and has each session checked by the other first. */
  async live(client: number): Promise<void> {
    for (let turn = 0; !this.#stopped; turn += 1) {
      const [first, second] = turn % 2 === 0 ? this.#servers : this.#servers.toReversed()
      if (first === undefined || second === undefined) throw new Error('There are two servers.')
      const held = await signUp(first, `rotation-${client}-${turn}@example.org`)
      if (held === null) throw new Error('A server does not answer.')
      this.sessions.push(held.cookie)
      await this.#check(second, held.cookie)
      for (let again = 0; again < 10; again += 1) {
        const cookie = this.sessions[Math.floor(Math.random() * this.sessions.length)] ?? ''
        await this.#check(again % 2 === 0 ? first : second, cookie)
      }
    }
  }

  stop(): void {
    this.#stopped = true
  }

  /** The sessions that had begun when there were so many, but for the last ones: which key signed those is not sure. */
  oldest(count: number): readonly string[] {
    return this.sessions.slice(0, Math.floor(count / 2))
  }

  /** How many of these are signed in, counted at each server. */
  async signedIn(cookies: readonly string[]): Promise<number> {
    let found = 0
    for (const server of this.#servers) {
      for (const cookie of cookies) found += (await ask(server, cookie)).user === null ? 0 : 1
    }
    return found
  }

  async #check(server: ServerProcess, cookie: string): Promise<void> {
    const { user } = await ask(server, cookie)
    this.checks += 1
    if (user === null) this.signedOut += 1
  }
}
