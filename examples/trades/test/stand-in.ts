import type { Page } from 'playwright-core'

/** An answer given in the API's place. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a server in trouble answers: a real one gets there only by accident. */
export function problemFor(code: string, origin: string, status = 503, more: object = {}): Answer {
  const answer = jsonFor({ type: `/problems/${code}`, title: 'Trouble', status, code, ...more }, origin)
  const headers = code === 'busy' ? { ...answer.headers, 'retry-after': '7' } : answer.headers
  return { ...answer, status, contentType: 'application/problem+json', headers }
}

/** An answer that a page of this origin may read. */
export function jsonFor(value: unknown, origin: string): Answer {
  const headers = {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After',
  }
  return { status: 200, contentType: 'application/json', headers, body: JSON.stringify(value) }
}

/** Answers requests of one method in the API's place, from now on. */
export async function answerWith(page: Page, method: string, url: string, answer: Answer): Promise<void> {
  await page.unroute(url)
  await page.route(url, (route) => (route.request().method() === method ? route.fulfill(answer) : route.fallback()))
}

/** An answer on its way that the test lets through when it likes. */
export interface Held {
  /** The API has done what was asked for, unless another answer stands in. */
  readonly arrived: Promise<void>
  /** Lets it through, and waits until it is on its way. */
  release(): Promise<void>
}

/** Holds the answer to the next request of one method. @param instead what to answer without asking the API */
export async function hold(page: Page, method: string, url: string, instead?: Answer): Promise<Held> {
  const arrived = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  const answered = Promise.withResolvers<void>()
  let isTaken = false
  await page.route(url, async (route) => {
    if (isTaken || route.request().method() !== method) return route.fallback()
    isTaken = true
    const answer = instead ?? { response: await route.fetch() }
    arrived.resolve()
    await released.promise
    await route.fulfill(answer)
    answered.resolve()
  })
  return {
    arrived: arrived.promise,
    release() {
      released.resolve()
      return answered.promise
    },
  }
}
