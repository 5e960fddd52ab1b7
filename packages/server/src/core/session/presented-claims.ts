import type { Core } from '../core.ts'
import { readClaims, tokenClaimsOf } from './sealed-session.ts'
import { readToken, type TokenClaims } from './session-token.ts'

/**
 * What a cookie's value claims, once it was found genuine; null for anything that no key of ours made. Costs no look into
 * the store.
 *
 * @param cookieName under which it came; a sealed session opens under the name that it was sealed for, and no other
 */
export function presentedClaims(
  core: Pick<Core, 'keys' | 'sealer'>,
  token: string,
  cookieName: string,
): TokenClaims | null {
  if (core.sealer === null) return readToken(core.keys, token)
  const content = core.sealer.open(cookieName, token)
  const sealed = content === null ? null : readClaims(content)
  return sealed === null ? null : tokenClaimsOf(sealed)
}
