import type { Diagnosis, Rule } from './cause.ts'
import { browserRules, cookieRules } from './cookie-rules.ts'
import type { Observations } from './observations.ts'
import { sessionRules } from './session-rules.ts'
import { lateRules, transportRules } from './transport-rules.ts'
import { trustRules } from './trust-rules.ts'

/** All that can be the matter, in the order in which a request meets it. */
export const rules: readonly Rule[] = [
  ...transportRules,
  ...trustRules,
  ...browserRules,
  ...cookieRules,
  ...sessionRules,
  ...lateRules,
]

/**
 * The one cause of what was seen: the earliest on the way of a request, since it explains what follows from it.
 *
 * Pure: the page and the command look in their own ways, and this decides for both.
 */
export function findCause(seen: Observations): Diagnosis {
  const found = rules.find(({ holds }) => holds(seen))
  if (found !== undefined) return { cause: found.cause, words: found.words(seen), mend: found.mend(seen) }
  return { cause: null, words: `All is well between ${seen.page} and ${seen.url}.`, mend: '' }
}
