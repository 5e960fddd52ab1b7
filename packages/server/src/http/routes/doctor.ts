import type { DoctorView } from '@coatcheck/client/protocol'
import type { Core } from '../../core/core.ts'
import type { Arrival } from '../arrival.ts'
import { nearMiss } from '../near-miss.ts'
import { route, type RouteContext } from '../route.ts'
import { doctorViewSchema } from '../schemas.ts'
import { probeCookieFor, readCookie, setCookie } from '../session-cookie.ts'

/** A probe lives as long as an examination may take. */
const PROBE_SECONDS = 60
const NONCE_BYTES = 16
const NONCE = /^[A-Za-z0-9_-]{22}$/
const LONGEST_ECHO = 200

/** `GET /v1/doctor`: what arrived. */
export const doctorRoute = route({
  method: 'GET',
  path: '/v1/doctor',
  summary: 'What arrived of this request?',
  description:
    'For `coatcheck doctor` and `@coatcheck/client/doctor`: what the server sees of a request, and what it would have of it.',
  answers: { 200: { description: 'What arrived; nothing in it is secret.', schema: doctorViewSchema } },
  problems: [],
  async handle(context) {
    const { audience, frontEnds, development } = context.arrival
    // Whoever asks learns only what they sent. In development the page of an origin that was forgotten may read it too, and
    // so find out which; without credentials, as browsers want it.
    const open = development && frontEnds.isStranger(audience) ? { 'access-control-allow-origin': '*' } : {}
    const headers = { ...open, 'cross-origin-resource-policy': 'cross-origin' }
    return { status: 200, json: examine(context, null), headers }
  },
})

/** `POST /v1/doctor`: sets the probe. */
export const probeRoute = route({
  method: 'POST',
  path: '/v1/doctor',
  summary: 'Set a probe cookie',
  description: `Sets a cookie with the attributes of the session's, a name of its own and a random value, for ${PROBE_SECONDS} s. It proves nothing and is never a session; \`GET\` says whether it came back.`,
  answers: { 200: { description: 'What arrived, and the probe that is set.', schema: doctorViewSchema } },
  problems: [],
  async handle(context) {
    const probe = nonce(context.core)
    const cookie = probeCookieFor(context.arrival.audience.cookie)
    return {
      status: 200,
      json: examine(context, probe),
      headers: { 'set-cookie': setCookie(cookie, probe, PROBE_SECONDS) },
    }
  },
})

function examine({ core, arrival, isForwarded, tokens }: RouteContext<unknown>, set: string | null): DoctorView {
  const { headers, audience, frontEnds } = arrival
  const probe = probeCookieFor(audience.cookie)
  const [arrived, second] = readCookie(headers.get('cookie'), probe.name)
  const echo = (name: string): string | null => headers.get(name)?.slice(0, LONGEST_ECHO) ?? null
  return {
    answer: nonce(core),
    time: new Date().toISOString(),
    serverUrl: frontEnds.url.origin,
    request: {
      origin: echo('origin'),
      site: echo('sec-fetch-site'),
      host: echo('host'),
      forwardedHost: echo('x-forwarded-host'),
      forwardedProto: echo('x-forwarded-proto'),
      proxy: isForwarded() ? trustIn(arrival) : 'none',
    },
    origin: origin(arrival),
    cookie: { ...audience.cookie, arrived: tokens.length },
    probe: {
      name: probe.name,
      arrived: arrived !== undefined && second === undefined && NONCE.test(arrived) ? arrived : null,
      set,
    },
  }
}

function origin({ headers, audience, frontEnds, development }: Arrival): DoctorView['origin'] {
  const { relation } = audience
  if (!frontEnds.isStranger(audience)) return { listed: true, relation }
  // Names of configured origins: for whoever builds the site, not for whoever visits it.
  // Our own origin is never a front-end that was meant to be on the list.
  const listed = [...frontEnds.origins].filter((one) => one !== frontEnds.url.origin)
  const near = development ? nearMiss(headers.get('origin') ?? '', listed) : null
  return { listed: false, relation, ...(near === null ? {} : { nearMiss: near }) }
}

function trustIn({ isTrustedPeer }: Arrival): 'trusted' | 'untrusted' | 'unknown' {
  if (isTrustedPeer === undefined) return 'unknown'
  return isTrustedPeer ? 'trusted' : 'untrusted'
}

function nonce({ random }: Pick<Core, 'random'>): string {
  return Buffer.from(random.bytes(NONCE_BYTES)).toString('base64url')
}
