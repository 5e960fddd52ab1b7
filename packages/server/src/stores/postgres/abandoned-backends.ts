import type { ClientBase } from 'pg'

/** More than this many are not remembered: the server ends them itself some day. */
const MOST = 1_000

/**
 * The server's processes that this node no longer waits for. One that waits for a standby, or for a lock, does not notice
 * that its client has gone; were they left alone, an hour without the standby would use up every connection of the server.
 */
export class AbandonedBackends {
  readonly #processIds = new Set<number>()

  /** This connection is let go of in the middle of something. */
  add(client: ClientBase): void {
    const processId = processIdOf(client)
    if (processId !== null && this.#processIds.size < MOST) this.#processIds.add(processId)
  }

  /** Ends them, by way of a new connection. What they were about to commit is as unknown as it was. */
  async end(client: ClientBase): Promise<void> {
    const processIds = [...this.#processIds]
    if (processIds.length === 0) return
    // Of an idle process nothing is waited for: it is somebody else's by now, under the same number.
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
where pid = any($1::int[]) and pid <> pg_backend_pid() and usename = current_user
  and application_name like 'coatcheck%' and state <> 'idle'`,
      [processIds],
    )
    for (const processId of processIds) this.#processIds.delete(processId)
  }
}

/** The driver knows the server's process at the other end, and its types do not say so. */
export function processIdOf(client: ClientBase): number | null {
  return 'processID' in client && typeof client.processID === 'number' ? client.processID : null
}
