import type { DoctorView } from '../protocol.ts'

/** What a page learns of one request: the doctor's answer, that something else answered, or, with null, nothing at all. */
export interface PageAnswer {
  readonly status: number
  /** Where it came from in the end, if that is elsewhere: the client follows no redirect. */
  readonly redirect?: string
  readonly view: DoctorView | null
  readonly body: unknown
}

const timeoutMs = 10_000

/** Asks, and reads the answer as far as a browser lets a page; null where it does not say why. */
export async function askFromPage(url: URL, init: RequestInit): Promise<PageAnswer | null> {
  try {
    return await answerOf(
      await fetch(url, { cache: 'no-store', credentials: 'include', signal: AbortSignal.timeout(timeoutMs), ...init }),
    )
  } catch {
    return null
  }
}

/** What a response says, read to its end. */
export async function answerOf(response: Response): Promise<PageAnswer> {
  const body: unknown = await response.json().catch(() => null)
  const { status, ok, redirected, url } = response
  return { status, ...(redirected && { redirect: url }), view: ok && isDoctorView(body) ? body : null, body }
}

/** Whether an answer is the doctor's: another program's JSON must not pass for it. */
function isDoctorView(body: unknown): body is DoctorView {
  const { answer, serverUrl, request, origin, cookie, probe } = Object(body) as Partial<DoctorView>
  return Boolean(answer && serverUrl && request && origin && cookie && probe)
}
