import type { SignedOutReason, User } from '../protocol.ts'
import { answerOf, askFromPage, type PageAnswer } from './ask-from-page.ts'
import type { Observations } from './observations.ts'
import { surroundings } from './surroundings.ts'

/** Where to look, and with what. */
export interface DiagnoseOptions {
  /** The server's URL, as for `createClient`. */
  readonly url: string | URL
  /** The application's own way to fetch, if it has one: whether cookies come along with it is then seen too. */
  readonly fetch?: ((url: string) => Promise<Response>) | undefined
}

/** As much of a session view as is looked at. */
interface SessionParts {
  readonly user?: User | null
  readonly reason?: SignedOutReason
}

const cannotRead =
  'It answers, so either the origin is not on its list, or something in between changes its CORS headers; the command below tells which.'

/** Looks at a server from the page that runs this: sets a probe, and has the server say what came back. */
export async function observePage({ url, fetch: own }: DiagnoseOptions): Promise<Observations> {
  const { here, framed, cookiesEnabled } = surroundings()
  const base = new URL(url, here)
  base.pathname = base.pathname.replace(/\/*$/, '/')
  const at = new URL('v1/doctor', base)
  const seen: Observations = {
    url: base.origin,
    page: here.origin,
    by: 'page',
    cookiesEnabled,
    framed,
  }
  const answer = await askFromPage(at, {})
  if (answer === null) return { ...seen, ...(await observeUnreadable(at)) }
  const { status, view, redirect } = answer
  if (redirect !== undefined) return { ...seen, status, redirect }
  if (view === null) return { ...seen, status }
  const clockSkewSeconds = (Date.parse(view.time) - Date.now()) / 1_000
  const again = await askFromPage(at, {})
  const looked = { ...seen, status, view, clockSkewSeconds, repeated: again?.view?.answer === view.answer }
  return { ...looked, ...(await observeProbe(at, own)), ...(await observeSession(base)) }
}

/** Nothing could be read: whether anything answers at all, and, in development, what it would have said. */
async function observeUnreadable(at: URL): Promise<Partial<Observations>> {
  const open = await askFromPage(at, { credentials: 'omit' })
  const answers = await fetch(at, { mode: 'no-cors', cache: 'no-store' }).then(
    () => true,
    () => false,
  )
  const failure: Observations['failure'] = answers
    ? { kind: 'unreadable', detail: cannotRead }
    : { kind: 'unreachable', detail: 'browsers do not tell a page why' }
  return open?.view ? { failure, status: open.status, view: open.view } : { failure }
}

async function observeProbe(at: URL, own: DiagnoseOptions['fetch']): Promise<Partial<Observations>> {
  // This header is what makes a browser ask first.
  const asked = await askFromPage(at, { headers: { 'content-type': 'application/json' } })
  const preflight = { passed: asked !== null, detail: 'the browser got no leave to send JSON' }
  const posted = await askFromPage(at, { method: 'POST' })
  const set = posted?.view?.probe.set ?? null
  if (set === null) return { preflight, postRefused: posted === null ? 'no answer' : `status ${posted.status}` }
  const back = await askFromPage(at, {})
  const probeReturned = back?.view?.probe.arrived === set
  if (own === undefined) return { preflight, probeReturned }
  return { preflight, probeReturned, ownFetchSends: (await bring(own, at))?.view?.probe.arrived === set }
}

async function bring(own: (url: string) => Promise<Response>, at: URL): Promise<PageAnswer | null> {
  return own(at.href).then(answerOf, () => null)
}

async function observeSession(base: URL): Promise<Partial<Observations>> {
  const [ready, session] = await Promise.all([
    askFromPage(new URL('readyz', base), {}),
    askFromPage(new URL('v1/session', base), {}),
  ])
  const { user, reason } = Object(session?.body) as SessionParts
  return {
    ...(ready && { ready: ready.status }),
    ...(session && {
      session: { status: session.status, signedIn: Boolean(user), ...(reason === undefined ? {} : { reason }) },
    }),
  }
}
