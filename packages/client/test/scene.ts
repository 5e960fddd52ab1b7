import type { TestContext } from 'node:test'
import type { Client, ClientOptions, SessionState } from '../src/index.ts'
import { createClient } from '../src/index.ts'
import { ActingPage } from './acting-page.ts'
import { ActingServer } from './acting-server.ts'

export const password = 'correct horse battery staple'

/** A server, a page and clients for one test, all gone after it. */
export interface Scene {
  server: ActingServer
  page: ActingPage
  /** Another tab of the same origin: a client on the same channel. */
  readonly tab: (options?: Partial<ClientOptions>) => Client
}

export async function setScene(t: TestContext): Promise<Scene> {
  const server = await ActingServer.start()
  const page = new ActingPage()
  const clients: Client[] = []
  t.after(async () => {
    for (const client of clients) client.close()
    page[Symbol.dispose]()
    await server[Symbol.asyncDispose]()
  })
  const tab = (options?: Partial<ClientOptions>): Client => {
    const client = createClient({ url: server.url, ...options })
    clients.push(client)
    return client
  }
  return { server, page, tab }
}

/** Collects the states that a client goes through. */
export function statesOf(client: Client): SessionState[] {
  const states: SessionState[] = []
  client.session.subscribe((state) => states.push(state))
  return states
}

/** A short name for a state: `unknown`, `signed-out`, or the user's name. */
export const nameOf = (state: SessionState): string =>
  state.status === 'signed-in' ? (state.user.name ?? '') : state.status

/** A fetch that cannot be aborted, so that late answers really arrive. */
export const fetchThatCannotBeAborted: NonNullable<ClientOptions['fetch']> = (input, init) =>
  fetch(input, { ...init, signal: null })
