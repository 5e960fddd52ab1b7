import type { DataSchemas } from '../core/session-data/data-rules.ts'
import type { SessionData } from '../core/session-data/session-data.ts'

/** What has become of a request. Its data look here, with no await between, before they start or keep anything. */
export interface RequestFate {
  /** How many sign-ins by it are under way that know what they take the place of: no anonymous session starts meanwhile. */
  signIns: number
  /** It has signed somebody in, or out. Its data are over. */
  isReplaced: boolean
  /** Its answer was built: no cookie can go out any more. */
  isAnswered: boolean
}

/** The data of one request. */
export interface OpenedData<Schemas extends DataSchemas> {
  readonly data: SessionData<Schemas>
  /** The session that the request came with; null for a visitor who had none. */
  readonly sessionId: string | null
  /** The anonymous session that was started to keep them, if one was: of it, too, a sign-in takes the place. */
  findStarted(): Promise<string | null>
  /** What a visitor has who had never signed in, where the store does not have it; null for anybody else. */
  ofVisitor(): ReadonlyMap<string, string> | null
}

/** Why data cannot be used whose session has ended: by what the request itself does, or from elsewhere. */
export function endedBy({ signIns, isReplaced }: RequestFate): 'replaced' | 'session-ended' {
  return isReplaced || signIns > 0 ? 'replaced' : 'session-ended'
}
