import type { Fetch } from './call.ts'
import { call } from './call.ts'
import { fetchFrom, saysNotSignedIn } from './own-origin.ts'
import type { DeviceSession, SessionList, SignedInView, SignInBody, SignUpBody } from './protocol.ts'
import { keepSession } from './session-keeper.ts'
import type { SessionState } from './session-state.ts'
import { isSessionView, isSignedInView, sessionIdOf, signedOutView } from './session-state.ts'

/** What a client is made of. */
export interface ClientOptions {
  /** The server's URL, as in `COATCHECK_URL`. It may have a path. A relative one is taken from the page's own address. */
  readonly url: string | URL
  /** Used instead of the platform's `fetch`. */
  readonly fetch?: Fetch | undefined
  /** Clients of one origin and one channel tell each other of sign-ins and sign-outs. Follows from `url` by default. */
  readonly channelName?: string | undefined
}

/** A page's view of one server: who is signed in, and how that changes. */
export interface Client {
  readonly session: {
    /** What is known now. The same object until an answer differs (`lastSeenAt` does, mostly), so it can be compared with `===`. */
    readonly get: () => SessionState
    /**
     * Calls the listener at once with the present state, and again at each change.
     *
     * On a page, while the state is unknown, this also asks the server: once for however many subscribers, and not
     * again within 30 s of a failure. Where there is no page (Node, server rendering) it only calls the listener.
     *
     * @returns a function that ends the subscription
     */
    readonly subscribe: (listener: (state: SessionState) => void) => () => void
    /**
     * Asks the server now. Callers at the same time share one request.
     *
     * @returns the state after the answer
     * @throws ProblemError, NetworkError: the state is then what it was
     */
    readonly refresh: () => Promise<SessionState>
  }
  readonly sessions: {
    /** The user's sessions on all devices, newest first. */
    readonly list: () => Promise<readonly DeviceSession[]>
    /** Ends one of them. If it is this browser's own, the state is signed-out afterwards. */
    readonly end: (id: string) => Promise<void>
    /** Ends all but this browser's own. */
    readonly endOthers: () => Promise<void>
  }
  /**
   * Makes an account and signs in.
   *
   * @throws ProblemError with `email-taken`, `username-taken`, `password-rejected`, `invalid-request`, …; with
   * `store-unavailable` or `internal-error` the outcome is as unknown as with a NetworkError
   * @throws NetworkError the outcome is unknown: the account may have been made. The server is asked who is signed in
   */
  readonly signUp: (body: SignUpBody) => Promise<SignedInView>
  /**
   * Signs in, and ends the session that this browser had.
   *
   * @throws ProblemError with `invalid-credentials`, `too-many-attempts`, `busy`, …; who is signed in does not change. With
   * `store-unavailable` or `internal-error` the outcome is as unknown as with a NetworkError
   * @throws NetworkError the outcome is unknown. The server is asked who is signed in
   */
  readonly signIn: (body: SignInBody) => Promise<SignedInView>
  /**
   * Signs out. Works without a session too.
   *
   * @throws ProblemError, NetworkError: nobody may assume that the session has ended, so the state stays, and the page
   * should say that it did not work
   */
  readonly signOut: () => Promise<void>
  /**
   * The platform's `fetch` with the cookie, for the server's own origin.
   *
   * An answer 401 with the problem code `not-signed-in` makes the state signed-out, unless somebody signed in since.
   * Nothing else does. The answer is returned as it came, whatever its status; `problemOf` reads it.
   *
   * @param input absolute, or relative to `url`, as a link would be
   * @throws TypeError the address belongs to another origin; nothing was sent
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** Stops listening to the page and to other tabs. For tests and hot reloading; a page need not. */
  readonly close: () => void
}

/**
 * Makes a client. Make one for each server, when the page starts, and keep it.
 *
 * Making it sends nothing and listens to nothing; the first subscriber or call does.
 *
 * @throws TypeError the URL is not one of http or https
 */
export function createClient({ url, fetch, channelName }: ClientOptions): Client {
  const base = new URL(url, globalThis.location?.href)
  if (!base.protocol.startsWith('http')) throw new TypeError(`Not an http URL: ${base.href}`)
  base.pathname = base.pathname.replace(/\/*$/, '/')
  const at = (path: string): URL => new URL(path, base)
  const send: Fetch = fetch ?? ((input, init) => globalThis.fetch(input, init))

  const keeper = keepSession(
    (signal) => call(send, { method: 'GET', url: at('v1/session'), accepts: isSessionView, signal }),
    channelName ?? `coatcheck ${base.href}`,
  )
  const ownFetch = fetchFrom(base, send)
  const watchedFetch: Fetch = async (input, init) => {
    const notSignedIn = keeper.witness()
    const response = await ownFetch(input, init)
    if (await saysNotSignedIn(base, response)) notSignedIn()
    return response
  }
  const signInBy = (path: string, body: object): Promise<SignedInView> =>
    keeper.change(
      () => call(send, { method: 'POST', url: at(path), body, accepts: isSignedInView }),
      (view) => view,
    )
  const end = async (path: string): Promise<void> => {
    await call(watchedFetch, { method: 'DELETE', url: at(path), accepts: isNoContent })
  }

  return {
    session: keeper.session,
    sessions: {
      list: async () =>
        (await call(watchedFetch, { method: 'GET', url: at('v1/sessions'), accepts: isSessionList })).sessions,
      end: async (id) => {
        // An empty ID, or a dot, would be the address of all sessions.
        if (!/^[\w-]+$/.test(id)) throw new TypeError('Not a session ID')
        const path = `v1/sessions/${id}`
        const isOwn = id === sessionIdOf(keeper.session.get())
        await (isOwn
          ? keeper.change(
              () => end(path),
              () => signedOutView,
            )
          : end(path))
      },
      endOthers: () => end('v1/sessions'),
    },
    signUp: (body) => signInBy('v1/sign-up', body),
    signIn: (body) => signInBy('v1/sign-in', body),
    signOut: async () => {
      await keeper.change(
        () => call(send, { method: 'POST', url: at('v1/sign-out'), accepts: isNoContent }),
        () => signedOutView,
      )
    },
    fetch: watchedFetch,
    close: keeper.close,
  }
}

const isNoContent = (answer: unknown): answer is null => answer === null

const isSessionList = (answer: unknown): answer is SessionList =>
  Array.isArray((Object(answer) as Partial<SessionList>).sessions)
