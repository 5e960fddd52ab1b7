import { setTimeout as wait } from 'node:timers/promises'
import type { SessionView } from '@coatcheck/client/protocol'
import { PASSWORD } from '../support/scene.ts'
import type { ServerProcess } from '../support/server-process.ts'

const CLIENTS = 64
/** Sessions signed out while the rest goes on, and those signed out at the very end. */
const PREPARED = 64
const LAST = 8

/** A user of whom this driver holds the session cookie. */
export interface Held {
  readonly email: string
  readonly cookie: string
}

/** What the server had answered before it was killed; of all else the outcome is unknown. */
export interface Acknowledged {
  readonly registered: readonly Held[]
  readonly signedOut: readonly Held[]
  /** Those whose sign-out was sent, and not answered. */
  readonly signOutUnanswered: readonly Held[]
  /** Addresses whose registration was sent, and not answered. */
  readonly unanswered: readonly string[]
}

/**
 * Starts a server, has 64 clients sign up, and sign out of sessions made before, and kills it in the middle.
 *
 * @param name makes the addresses of this round its own
 */
export async function killedInTheMiddle(start: () => Promise<ServerProcess>, name: string): Promise<Acknowledged> {
  const server = await start()
  const prepared = await Promise.all(
    Array.from({ length: PREPARED + LAST }, async (_, index) => {
      const held = await signUp(server, `${name}-before-${index}@example.org`)
      if (held === null) throw new Error('the server was killed before its time')
      return held
    }),
  )
  const registered: Held[] = []
  const signedOut: Held[] = []
  const signOutUnanswered: Held[] = []
  const unanswered: string[] = []
  const end = async (session: Held): Promise<void> =>
    void ((await signOut(server, session)) ? signedOut : signOutUnanswered).push(session)
  const client = async (index: number): Promise<void> => {
    const session = prepared[index]
    await wait(Math.random() * 500)
    if (session !== undefined && !server.process.killed) await end(session)
    for (let turn = 0; server.process.signalCode === null; turn += 1) {
      const email = `${name}-${index}-${turn}@example.org`
      const held = await signUp(server, email)
      if (held === null) {
        unanswered.push(email)
        return
      }
      registered.push(held)
    }
  }
  const clients = Array.from({ length: CLIENTS }, (_, index) => client(index))
  await wait(300 + Math.random() * 400)
  // Under way when it is killed: some written, some not, hardly any answered.
  const last = prepared.slice(PREPARED).map((session) => end(session))
  await wait(Math.random() * 4)
  await server.stop('SIGKILL')
  await Promise.all([...clients, ...last])
  return { registered, signedOut, signOutUnanswered, unanswered }
}

/** Registers; busy is tried again. Null when no answer came. */
export async function signUp(server: ServerProcess, email: string): Promise<Held | null> {
  for (;;) {
    const response = await post(server, '/v1/sign-up', { body: JSON.stringify({ email, password: PASSWORD }) })
    if (response === null) return null
    const cookie = response.headers.getSetCookie()[0]?.split(';')[0]
    if (response.status === 201 && cookie !== undefined) return { email, cookie }
    if (response.status !== 503) throw new Error(`${email}: ${response.status} ${await response.text()}`)
    await wait(20)
  }
}

/** Whether an address whose registration was not answered is neither free nor an account one can sign in to. */
export async function halfMade(server: ServerProcess, email: string): Promise<boolean> {
  for (;;) {
    const response = await post(server, '/v1/sign-in', {
      body: JSON.stringify({ identifier: email, password: PASSWORD }),
    })
    if (response?.status === 200) return false
    if (response?.status === 401)
      return (
        (await post(server, '/v1/sign-up', { body: JSON.stringify({ email, password: PASSWORD }) }))?.status === 409
      )
    await wait(20)
  }
}

/** Signs out. False when no good answer came. */
export async function signOut(server: ServerProcess, { cookie }: Held): Promise<boolean> {
  const response = await post(server, '/v1/sign-out', { headers: { cookie, origin: server.url }, body: '{}' })
  return response?.status === 204
}

async function post(server: ServerProcess, path: string, init: RequestInit): Promise<Response | null> {
  const headers = { 'content-type': 'application/json', ...(init.headers as Record<string, string> | undefined) }
  try {
    const response = await fetch(`${server.url}${path}`, { ...init, method: 'POST', headers })
    // An answer counts when all of it arrived.
    const body = await response.arrayBuffer()
    return new Response(body.byteLength === 0 ? null : body, response)
  } catch {
    return null
  }
}

/** Who the server says a cookie is. */
export async function ask(server: ServerProcess, cookie: string): Promise<SessionView> {
  const response = await fetch(`${server.url}/v1/session`, { headers: { cookie } })
  if (response.status !== 200) throw new Error(`GET /v1/session: ${response.status}`)
  return (await response.json()) as SessionView
}
