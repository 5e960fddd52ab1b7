/**
 * The failures of the core. Expected answers ("no such session", "wrong password") are values, never exceptions; what is
 * thrown means that the question could not be answered.
 */

/**
 * The store could not answer. `outcome` says what became of a write: `nothing-written` is certain, `unknown` means that
 * it may have happened (a connection that broke during a commit, say), and the caller must not claim either.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly outcome: 'nothing-written' | 'unknown'

  constructor(message: string, options: { readonly outcome: 'nothing-written' | 'unknown'; readonly cause?: unknown }) {
    super(message, { cause: options.cause })
    this.outcome = options.outcome
  }
}

/** A bounded queue is full: nothing was done, and the same request may succeed after `retryAfterSeconds`. */
export class Busy extends Error {
  override readonly name = 'Busy'
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number) {
    super(message)
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Where sessions are sealed, nobody keeps a list of them: asked for one, there is nothing to answer. */
export class SessionsNotListed extends Error {
  override readonly name = 'SessionsNotListed'

  constructor() {
    super('Sessions are sealed in their cookies (COATCHECK_SESSIONS=sealed): there is no list of them.')
  }
}

/** There is no database (COATCHECK_DATABASE=none), and this would need one: nothing was done. */
export class NoDatabase extends Error {
  override readonly name = 'NoDatabase'

  constructor() {
    super(
      'There is no database (COATCHECK_DATABASE=none): no accounts are kept, and sessions can be neither ended nor listed here.',
    )
  }
}

/** A setting that cannot work. The start stops; the message names the setting and says what to write instead. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}
