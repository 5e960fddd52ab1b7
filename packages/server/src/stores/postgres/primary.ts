import { type Instant, instantOf } from '../../core/session/lease.ts'

/** Now, by this machine's clocks. */
export function instant(): Instant {
  return instantOf({ monotonicMs: () => performance.now(), wallMs: () => Date.now() })
}

/** A write that a server has confirmed. */
export interface Confirmation {
  /** See `ServerIdentity`. */
  readonly server: string
  /** When it was sent. */
  readonly sentAt: Instant
  /** Whether the server waits for a standby before it confirms. */
  readonly synchronous: boolean
}

/**
 * Which server may be believed, shared by the change feed and the pool.
 *
 * Where commits wait for a standby, a server that was left behind by a failover can still be read, and does not know that
 * others write elsewhere now. It cannot confirm a write, though. So a read is believed from the server that confirmed one
 * which was sent at most one lease before the read began: had the failover come earlier, it could not have; and what was
 * acknowledged elsewhere since is younger than a lease. The heartbeat is such a write. As with the lease, both clocks must
 * agree that it was no longer ago: the monotonic one stands still while the machine is suspended.
 */
export class Primary {
  readonly #leaseMs: number
  /** The server that the feed is on; null while it is on none. */
  #feedServer: string | null = null
  #confirmed: Confirmation | null = null
  #onDisagreement: () => void = () => undefined

  constructor(leaseMs: number) {
    this.#leaseMs = leaseMs
  }

  /** Names the one who must be told when the feed and the pool are found on two servers. */
  onDisagreement(listener: () => void): void {
    this.#onDisagreement = listener
  }

  /** The feed has come to stand on this server; null when it broke. */
  feedIsOn(server: string | null): void {
    this.#feedServer = server
  }

  /** A connection of the pool was used: if the feed is elsewhere, what it says is not about this server. */
  poolIsOn(server: string): void {
    if (this.#feedServer !== null && this.#feedServer !== server) this.#onDisagreement()
  }

  /** Takes in that a server has confirmed a write. */
  confirm(confirmation: Confirmation): void {
    const known = this.#confirmed
    if (known?.server === confirmation.server && known.sentAt.monotonicMs > confirmation.sentAt.monotonicMs) return
    this.#confirmed = confirmation
  }

  /** Whether a server was last seen to wait for a standby: it may have been told to since a connection was made. */
  isSynchronous(server: string): boolean {
    return this.#confirmed?.server === server && this.#confirmed.synchronous
  }

  /** Whether a read from this server that began then is believed. */
  isBelieved(server: string, startedAt: Instant): boolean {
    if (this.#confirmed?.server !== server) return false
    const { sentAt } = this.#confirmed
    return (
      startedAt.monotonicMs < sentAt.monotonicMs + this.#leaseMs && startedAt.wallMs < sentAt.wallMs + this.#leaseMs
    )
  }
}
