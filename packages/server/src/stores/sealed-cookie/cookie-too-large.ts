/** The most bytes that every browser keeps of one cookie: name, value and attributes together (RFC 6265, 6.1). */
export const LIMIT_BYTES = 4096

/**
 * A cookie that browsers would drop without a word. Thrown where it is written; nothing was written then.
 *
 * @see RFC 6265, section 6.1: at least 4,096 bytes per cookie, counting name, value and attributes
 */
export class CookieTooLarge extends Error {
  override readonly name = 'CookieTooLarge'
  /** What the cookie would have, in bytes. */
  readonly bytes: number
  /** How many bytes must go. */
  readonly excessBytes: number

  constructor(cookieName: string, bytes: number) {
    const excess = bytes - LIMIT_BYTES
    super(
      `The cookie ${JSON.stringify(cookieName.slice(0, 64))} would have ${bytes} bytes, ${excess} more than the ` +
        `${LIMIT_BYTES} that browsers keep: store less in it.`,
    )
    this.bytes = bytes
    this.excessBytes = excess
  }
}
