/**
 * No answer came, or none that can be understood.
 *
 * What was asked may have been done or not: a sign-out whose answer was lost may well have ended the session.
 * The cause is in `cause`. A browser does not tell a script why, so a server that is down, a machine that is offline
 * and an origin that is not on the server's list look the same.
 */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
  /** The status of the answer that was not understood; null when there was none. */
  readonly status: number | null

  constructor(status: number | null, cause?: unknown) {
    super(status ? `Answer ${status} was not understood` : 'No answer from the server', { cause })
    this.status = status
  }
}
