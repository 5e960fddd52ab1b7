import type { Observations } from '@coatcheck/client/doctor'
import type { DoctorView } from '@coatcheck/client/protocol'
import { relationOf } from '../http/site.ts'
import { ask, type RawAnswer } from './ask.ts'
import { failureOf } from './failure.ts'

/** Headers of a page's request, as its browser writes them. */
type PageHeaders = Readonly<Record<string, string>>

/**
 * Asks a server as a page would, and says what was seen.
 *
 * @param url the server's origin, as the page calls it
 * @param page the page's origin
 */
export async function observe(url: string, page: string): Promise<Observations> {
  const base = { url, page, by: 'command' } as const
  const at = new URL('/v1/doctor', url)
  const relation = relationOf(page, at)
  const common: PageHeaders = { accept: '*/*', 'sec-fetch-site': relation, 'sec-fetch-mode': 'cors' }
  const crossing: PageHeaders = { ...common, origin: page }
  // Browsers leave Origin out where a page asks its own origin.
  const asked = relation === 'same-origin' ? common : crossing
  let seen: Observations = base
  try {
    seen = { ...seen, ...(await examineAnswer(at, await ask(at, 'GET', asked), asked)) }
    if (seen.view === undefined) return seen
    if (relation !== 'same-origin') seen = { ...seen, preflight: await examinePreflight(at, page) }
    seen = { ...seen, ...(await examineCookie(at, crossing)) }
    return { ...seen, ...(await examineStore(url)) }
  } catch (error) {
    const failure = failureOf(error)
    // It did answer before.
    return { ...seen, failure: seen.view === undefined ? failure : { ...failure, kind: 'broken-off' } }
  }
}

async function examineAnswer(at: URL, first: RawAnswer, asked: PageHeaders) {
  const { status } = first
  const [location] = first.all('location')
  if (status >= 300 && status < 400 && location !== undefined) return { status, redirect: new URL(location, at).href }
  const view = viewIn(first)
  if (view === null) return { status }
  const now = Date.now()
  const again = viewIn(await ask(at, 'GET', asked))
  return {
    status,
    view,
    repeated: view.answer === again?.answer,
    allowOrigin: first.all('access-control-allow-origin'),
    allowCredentials: first.all('access-control-allow-credentials')[0] === 'true',
    clockSkewSeconds: (Date.parse(view.time) - now) / 1_000,
  }
}

/** What a browser asks before it sends JSON. */
async function examinePreflight(at: URL, page: string): Promise<{ readonly passed: boolean; readonly detail: string }> {
  const { status, all } = await ask(at, 'OPTIONS', {
    origin: page,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type',
  })
  const allowed = all('access-control-allow-origin')
  const passed =
    status >= 200 &&
    status < 300 &&
    allowed.length === 1 &&
    allowed[0] === page &&
    all('access-control-allow-credentials')[0] === 'true' &&
    all('access-control-allow-headers').join().toLowerCase().includes('content-type')
  const origin = allowed.length === 0 ? 'no Access-Control-Allow-Origin' : `it allows ${allowed.join(', ')}`
  return { passed, detail: `status ${status}, ${origin}` }
}

/** Has the probe set, and brings it back by hand. */
async function examineCookie(at: URL, crossing: PageHeaders): Promise<Partial<Observations>> {
  const answer = await ask(at, 'POST', crossing)
  const { probe } = viewIn(answer) ?? {}
  if (probe?.set === undefined || probe.set === null) return { postRefused: `status ${answer.status}` }
  const pair = `${probe.name}=${probe.set}`
  const setCookie = answer.all('set-cookie').find((line) => line.split(';')[0] === pair) ?? null
  const back = viewIn(await ask(at, 'GET', { ...crossing, cookie: pair }))
  return { setCookie, probeReturned: back?.probe.arrived === probe.set }
}

async function examineStore(url: string): Promise<Partial<Observations>> {
  const { status } = await ask(new URL('/readyz', url), 'GET', {})
  return { ready: status }
}

function viewIn({ status, body }: RawAnswer): DoctorView | null {
  if (status !== 200) return null
  try {
    const view: unknown = JSON.parse(body)
    return isDoctorView(view) ? view : null
  } catch {
    return null
  }
}

/** Whether an answer is the doctor's. Another program's JSON must not pass for it. */
function isDoctorView(answer: unknown): answer is DoctorView {
  if (typeof answer !== 'object' || answer === null) return false
  return ['answer', 'serverUrl', 'request', 'origin', 'cookie', 'probe'].every((part) => part in answer)
}
