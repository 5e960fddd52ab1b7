/**
 * What an audit trail needs to tell. No event carries a password, a token or a secret.
 *
 * Sessions that end by themselves leave none: at their time, by the limit of sessions a user, or with a disabled user.
 */
export type AuditEvent =
  | { readonly type: 'user.signed-up'; readonly userId: string }
  | { readonly type: 'sign-up.refused'; readonly reason: string }
  | { readonly type: 'session.started'; readonly userId: string; readonly sessionId: string }
  | { readonly type: 'session.rotated'; readonly userId: string | null; readonly sessionId: string }
  | { readonly type: 'session.refused'; readonly reason: SessionRefusal; readonly sessionId: string | null }
  | {
      readonly type: 'session.revoked'
      readonly sessionId: string
      readonly by: 'sign-out' | 'sign-in' | 'owner' | 'application'
    }
  | {
      readonly type: 'sessions.revoked'
      readonly userId: string
      /** Null where sessions are sealed: nobody counts them. */
      readonly count: number | null
      readonly by: 'owner' | 'application'
    }
  | { readonly type: 'sign-in.refused'; readonly userId: string | null; readonly reason: SignInRefusal }
  | { readonly type: 'user.disabled' | 'user.enabled'; readonly userId: string }
  | { readonly type: 'request.refused'; readonly code: string; readonly path: string; readonly detail: string }

/** Why a session cookie that came was not accepted. For the audit trail: clients get one answer for all of them. */
export type SessionRefusal =
  | 'malformed-token'
  | 'duplicate-cookie'
  | 'unknown-session'
  | 'wrong-secret'
  | 'expired'
  | 'idle'
  | 'user-disabled'
  | 'no-user'

/** Why a sign-in was refused. For the audit trail: clients get one answer for all of them. */
export type SignInRefusal = 'unknown-user' | 'wrong-password' | 'user-disabled' | 'user-changed'
