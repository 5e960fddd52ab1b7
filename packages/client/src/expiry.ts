import type { Session } from './protocol.ts'

const slackMs = 60_000
const leastMs = 5_000

/**
 * How long after its arrival a view should be asked for again, because the session may have ended by then.
 *
 * Counted from the server's instants alone, so a browser whose clock is wrong asks no sooner and no more often.
 * `lastSeenAt` is the server's instant of this very answer, so nothing but the answer's way is waited too long. It is
 * never before the end of a session that is not used meanwhile: to ask a minute before the idle timeout would be
 * activity, and a forgotten tab would keep its session alive for ever. For the same reason the slack is waited out by
 * which the server may end an idle session late.
 */
export function msUntilOver({ lastSeenAt, expiresAt, idleExpiresAt }: Session): number {
  const seen = Date.parse(lastSeenAt)
  const idle = Date.parse(idleExpiresAt) - seen
  return Math.max(leastMs, Math.min(Date.parse(expiresAt) - seen, idle + Math.min(slackMs, idle / 10)))
}
