import { NetworkError, ProblemError } from '@coatcheck/client'
import { warn } from './bars.ts'
import { client } from './client.ts'
import { noAnswer, pageMistake } from './words.ts'

const retryMs = 3_000
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setTimeout> | undefined
let isDown = false

/** Calls back whenever the API answers again after it did not. */
export function onRecovery(listener: () => void, signal: AbortSignal): void {
  listeners.add(listener)
  signal.addEventListener('abort', () => listeners.delete(listener))
}

/** Asks who is signed in. When there is no answer, says so, and goes on asking until there is one. */
export async function ask(): Promise<void> {
  try {
    await client.session.refresh()
    up()
  } catch (error) {
    notice(error)
  }
}

/**
 * Looks at a failure: one that says that the API is away starts the asking. Any other of the API's is proof that it
 * answers. What is not the API's is this page's own mistake, which is told and reported.
 */
export function notice(error: unknown): void {
  if (!(error instanceof ProblemError || error instanceof NetworkError)) {
    reportError(error)
    return warn(pageMistake)
  }
  const text = troubleOf(error)
  if (text === null) return up()
  isDown = true
  warn(text)
  const waitMs =
    (error instanceof ProblemError && error.retryAfterSeconds !== null && error.retryAfterSeconds * 1_000) || retryMs
  clearTimeout(timer)
  timer = setTimeout(() => void ask(), waitMs)
}

function up(): void {
  clearTimeout(timer)
  warn(null)
  if (!isDown) return
  isDown = false
  for (const listener of listeners) listener()
}

/** Not to be reached is not to be signed out: the state stays, and this says what is known. */
function troubleOf(error: ProblemError | NetworkError): string | null {
  if (error instanceof NetworkError) return `${noAnswer()} ${whatIsKnown()}This page keeps trying.`
  if (error.status < 500 || error.code === 'busy') return null
  const what = error.code === 'store-unavailable' ? 'The API cannot reach its database.' : 'The API has a problem.'
  return `${what} ${whatIsKnown()}This page keeps trying.`
}

function whatIsKnown(): string {
  const { status } = client.session.get()
  if (status === 'signed-in') return 'You are still signed in. '
  return status === 'unknown' ? 'Whether you are signed in is not known yet. ' : ''
}
