/** The most that browsers keep of one cookie, with name and attributes (RFC 6265, 6.1): a larger one they drop without a word. */
export const LARGEST_COOKIE_BYTES = 4_096

/**
 * Seals text into cookies, where the cookie is all there is of something: keys of their own use, the first seals, all open.
 *
 * The cookie's name is a part of what is sealed: moved to another name, it does not open.
 */
export interface Sealer {
  /** The cookie's value: printable ASCII without spaces, commas or semicolons. */
  seal(cookieName: string, content: string): string
  /** What was sealed under this name by a key of ours; null for anything else, always the same null. */
  open(cookieName: string, text: string): string | null
  /** Takes other keys from now on. @see KeyRing.replace */
  replace(keys: readonly Uint8Array[]): void
  /** @see KeyRing.beforeRefusing */
  beforeRefusing(lookAgain: () => boolean): void
}
