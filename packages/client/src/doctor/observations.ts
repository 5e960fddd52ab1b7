import type { DoctorView, SignedOutReason } from '../protocol.ts'

/**
 * What was seen of a server by asking it as a page does. What was not asked, or could not be seen, is left out: a page sees
 * no headers, and the command keeps no cookies.
 */
export interface Observations {
  /** The server's origin as the page calls it. */
  readonly url: string
  /** The page's own origin, as the browser writes it. */
  readonly page: string
  /** Who looked. */
  readonly by: 'page' | 'command'
  /** Why there was no answer at all; `detail` for people. */
  readonly failure?: {
    readonly kind: 'name-not-found' | 'unreachable' | 'broken-off' | 'certificate' | 'unreadable'
    readonly detail: string
  }
  /** The status of the answer to `GET /v1/doctor`. */
  readonly status?: number
  /** Where that answer sends its reader on to. */
  readonly redirect?: string
  /** That answer itself, once it was one of Coatcheck's. */
  readonly view?: DoctorView
  /** Whether two answers to the same question were one and the same. */
  readonly repeated?: boolean
  /** Each value of Access-Control-Allow-Origin in that answer. */
  readonly allowOrigin?: readonly string[]
  /** Whether Access-Control-Allow-Credentials in that answer is `true`. */
  readonly allowCredentials?: boolean
  /** What came instead of the doctor's answer to `POST /v1/doctor`, for people. */
  readonly postRefused?: string
  /** Whether a page may send what needs a preflight; `detail` says what came instead. */
  readonly preflight?: { readonly passed: boolean; readonly detail: string }
  /** The Set-Cookie line of the probe, as it arrived; null for none. */
  readonly setCookie?: string | null
  /** The probe, set and sent back: whether it arrived at the server again. */
  readonly probeReturned?: boolean
  /** Whether the probe came along with the application's own `fetch`. */
  readonly ownFetchSends?: boolean
  /** `navigator.cookieEnabled`. */
  readonly cookiesEnabled?: boolean
  /** Whether a page of another site shows this one in a frame. */
  readonly framed?: boolean
  /** The status of `/readyz`, where something answers there. */
  readonly ready?: number
  /** What `GET /v1/session` said. */
  readonly session?: { readonly status: number; readonly signedIn: boolean; readonly reason?: SignedOutReason }
  /** By how much the server's clock is ahead of ours, in seconds. */
  readonly clockSkewSeconds?: number
}
