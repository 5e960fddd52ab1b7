import type { DataSchemas } from '../core/session-data/data-rules.ts'
import type { SessionData } from '../core/session-data/session-data.ts'

/** What has become of a request. Its data look here, with no await between, before they start or keep anything. */
export interface RequestFate {
  /** A sign-in by it is under way, and knows what it takes the place of: no anonymous session starts any more. */
  isSigningIn: boolean
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
