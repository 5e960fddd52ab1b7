/** Hashes passwords, a bounded number at a time. Every method may throw `Busy` before any work is done. */
export interface PasswordHasher {
  /**
   * Throws `Busy` when there is no room for another password now, so that a request is refused before it costs anything.
   *
   * @param network whom the place is for: see `networkOf`
   */
  requireRoom(network: string): void
  /** The PHC string of a password under the current parameters. */
  hash(password: string, network: string): Promise<string>
  /**
   * Whether the password is the one that was hashed. A stored hash that cannot be read is false, never a crash. With
   * null it does the same work and is false: an unknown user costs what a known one does.
   */
  verify(storedHash: string | null, password: string, network: string): Promise<boolean>
  /** Whether a stored hash was made with weaker parameters than today's. */
  isOutdated(storedHash: string): boolean
}
