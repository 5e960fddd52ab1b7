import type { Core } from '../core.ts'
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
  return core.sealer === null ? readToken(core.keys, token) : core.sealer.open(cookieName, token)
}
