/** Where the core's randomness comes from: `node:crypto` in production, a counter in tests. */
export interface Random {
  /** `size` bytes from a cryptographically secure source. */
  bytes(size: number): Uint8Array
}

/** The length in bytes of every public identifier (session IDs, user IDs): 128 bits, so they never collide by chance. */
export const ID_BYTES = 16

/** A new public identifier: 16 random bytes as base64url, 22 characters. */
export function newId(random: Random): string {
  return Buffer.from(random.bytes(ID_BYTES)).toString('base64url')
}
