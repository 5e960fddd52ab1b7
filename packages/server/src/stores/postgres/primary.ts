/**
 * Which server may be believed, shared by the change feed and the pool.
 *
 * Where commits wait for a standby, a server that was left behind by a failover can still be read, and does not know that
 * others write elsewhere now. It cannot confirm a write, though. So a read is believed from the server that confirmed one
 * which was sent at most one lease before the read began: had the failover come earlier, it could not have; and what was
 * acknowledged elsewhere since is younger than a lease. The heartbeat is such a write.
 */
export class Primary {
  readonly #leaseMs: number
  /** The server that the feed is on; null while it is on none. */
  #feedServer: string | null = null
  #confirmed: { readonly server: string; readonly sentAtMs: number } | null = null
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

  /** This server has confirmed a write that was sent at that instant, by the monotonic clock. */
  confirm(server: string, sentAtMs: number): void {
    if (this.#confirmed?.server === server && this.#confirmed.sentAtMs > sentAtMs) return
    this.#confirmed = { server, sentAtMs }
  }

  /** Whether a read from this server that began at `startedAtMs` is believed. */
  isBelieved(server: string, startedAtMs: number): boolean {
    const { server: confirmed, sentAtMs } = this.#confirmed ?? { server: null, sentAtMs: 0 }
    return confirmed === server && startedAtMs < sentAtMs + this.#leaseMs
  }
}
