import type { User } from '../user/user.ts'

/** A user's password as it is stored, with the revision that a sign-in which verified it must still find. */
export interface PasswordCredential {
  readonly user: User
  /** A PHC string. */
  readonly passwordHash: string
  /** Raised by each change of the user's credentials and by disabling the user. */
  readonly credentialRevision: number
  /** Raised by whatever ends all sessions of the user; read with the rest, for a session that is sealed. */
  readonly epoch: number
}

/** What a session is started with for a user who need not prove anything here. */
export type StartableUser = Pick<PasswordCredential, 'user' | 'credentialRevision' | 'epoch'>

/** By what a user is looked up at sign-in; both in normal form. */
export type Identifier = { readonly email: string } | { readonly username: string }

/** One atomic change of a password. */
export interface PasswordChange {
  readonly userId: string
  /** The revision whose password was verified; otherwise nothing happens. */
  readonly credentialRevision: number
  readonly passwordHash: string
  /** The only session that survives, without a previous secret; null ends all. */
  readonly keepSessionId: string | null
}

/** Where the proofs are kept. Throws `StoreUnavailable`, or `Busy`. */
export interface CredentialStore {
  /** Finds the user and their password in one statement; disabled users too. */
  findPassword(identifier: Identifier): Promise<PasswordCredential | null>
  /** Finds a user by their ID in one statement, whatever credentials they have; disabled ones too. */
  findUser(userId: string): Promise<StartableUser | null>
  /** Sets the password, raises the credential revision and ends the user's other sessions, all in one transaction. */
  changePassword(change: PasswordChange): Promise<boolean>
  /**
   * Replaces the stored hash of the same password by a stronger one, if the hash is still `expectedHash`. The credential
   * revision stays: nothing about the credential has changed for its owner.
   */
  upgradePasswordHash(userId: string, expectedHash: string, newHash: string): Promise<void>
}
