import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parse } from 'tldts'
import { type AuditLog, NO_AUDIT_LOG } from './core/audit/audit-log.ts'
import type { Core } from './core/core.ts'
import { MINIMUM_PASSWORD_LENGTH, type PasswordRules } from './core/credential/password-rules.ts'
import { Busy, ConfigurationError, StoreUnavailable } from './core/errors.ts'
import { keyFingerprint } from './core/key-fingerprint.ts'
import { KeyRing } from './core/key-ring.ts'
import { requireSigningKey } from './core/require-signing-key.ts'
import type { Store } from './core/store.ts'
import type { CacheLimits } from './core/session/session-cache.ts'
import { announcedStore } from './core/session/announced-store.ts'
import { DataRules, type DataSchemas } from './core/session-data/data-rules.ts'
import { deleteExpiredSessions } from './core/session/delete-expired-sessions.ts'
import { leaseMetrics } from './core/session/lease-metrics.ts'
import { LeasedSessions } from './core/session/leased-sessions.ts'
import { SessionSealer } from './core/session/session-sealer.ts'
import { policyFor, type SessionPolicy, touchFlushMs } from './core/session/session-policy.ts'
import { TouchBuffer } from './core/session/touch-buffer.ts'
import { Background } from './background.ts'
import { createAuth, type Auth, type ServedAuth } from './auth.ts'
import { Argon2idHasher } from './hashing/argon2id.ts'
import { FrontEnds } from './http/front-ends.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { CONSOLE_LOG, type Log } from './log.ts'
import { openStore } from './open-store.ts'
import { storeTime } from './store-time.ts'
import { KeyFileWatch } from './key-file-watch.ts'
import {
  DEFAULT_DATABASE,
  resolveLease,
  resolvePolicy,
  resolveProcesses,
  resolveSessions,
  type CoatcheckOptions,
} from './options.ts'

const DELETE_EXPIRED_MS = 60_000
const TRIM_MS = 60_000
const WITHOUT_DATABASE =
  'there is no database: sessions can be neither ended nor listed, a sign-out only removes the cookie, and nobody has an account here; your back-end starts sessions by auth.sessions.start'

/**
 * Puts a session system together: opens the store, starts the background work, and hands out what an application needs.
 *
 * @throws ConfigurationError a setting that cannot work, named, with what to write instead; nothing was started
 * @throws StoreUnavailable the database does not answer
 */
export function coatcheck<const Schemas extends DataSchemas = DataSchemas>(
  options: CoatcheckOptions<Schemas>,
): Promise<Auth<Schemas>> {
  return assemble(options)
}

/** As `coatcheck`, for a server of ours. */
export async function assemble<const Schemas extends DataSchemas = DataSchemas>(
  options: CoatcheckOptions<Schemas>,
): Promise<ServedAuth<Schemas>> {
  const log = options.log ?? CONSOLE_LOG
  const sessions = resolveSessions(options)
  const policy = policyFor(sessions, resolvePolicy(options.sessionPolicy))
  const frontEnds = new FrontEnds(options.url, options.frontends ?? [])
  const passwordRules = readPasswordRules(options, frontEnds)
  const lease = resolveLease(options)
  const dataRules = new DataRules<Schemas>(options.data)
  const processes = resolveProcesses(options)
  const {
    store: opened,
    keys,
    keyFile,
    hasDatabase,
  } = await openStore({
    database: options.database ?? DEFAULT_DATABASE,
    keys: options.keys,
    migrate: options.migrate ?? process.env['NODE_ENV'] !== 'production',
    leaseMs: lease.leaseMs,
    sessions,
  })
  await requireKeys(opened, keys, keyFile)
  const sealer = sessions === 'sealed' ? await openSealer(keys, policy, lease.limits, log) : null
  const hasher = new Argon2idHasher(processes)
  const clock = storeTime(opened)
  if (!hasDatabase) log.warn({}, WITHOUT_DATABASE)
  const leased = new LeasedSessions(opened.sessions, clock, lease)
  const store = announcedStore(opened, leased)
  const core: Core = {
    store,
    hasDatabase,
    leased,
    gatherMetrics: options.gatherMetrics ?? (() => Promise.resolve([leaseMetrics(leased, process.pid)])),
    clock,
    random: { bytes: randomBytes },
    keys: new KeyRing(keys, 'session-token'),
    sealer,
    policy,
    hasher,
    passwordRules,
    touches: new TouchBuffer(store.sessions, policy),
    carryOver: dataRules.carryOver,
    audit: options.audit === undefined ? NO_AUDIT_LOG : harmless(options.audit, log),
  }
  hasher.warmUp()
  const background = startBackground(core, log)
  const keeper = new LeaseKeeper({ feed: store.changes, sessions: leased, clock, log })
  keeper.start()
  const keyWatch = keyFile === null ? null : followKeyFile(keyFile, keys, core, log)
  const close = async (): Promise<void> => {
    keyWatch?.stop()
    keeper.stop()
    await background.stop()
    // What the last second noted; a store that is away already loses at most that.
    await core.touches.flush().catch((failure: unknown) => log.warn({ err: failure }, 'last uses were not written'))
    await store.close()
  }
  const development = options.development ?? process.env['NODE_ENV'] !== 'production'
  return createAuth(core, frontEnds, dataRules, log, close, development)
}

/** @throws ConfigurationError when these keys would sign everybody out; the store is closed then */
async function requireKeys(store: Store, keys: readonly Uint8Array[], keyFile: string | null): Promise<void> {
  try {
    await requireSigningKey(store, keys, keyFile ?? 'COATCHECK_KEYS')
  } catch (failure) {
    await store.close()
    throw failure
  }
}

/** What a removed key has verified is forgotten in the same turn: from then on the key ring alone decides. */
function followKeyFile(file: string, keys: readonly Uint8Array[], core: Core, log: Log): KeyFileWatch {
  const watch = new KeyFileWatch({
    file,
    keys,
    clock: core.clock,
    log,
    changed: (ring, removed) => {
      core.keys.replace(ring)
      core.sealer?.replace(ring)
      if (removed) core.leased.forget({ kind: 'everything' })
      noteSigner(ring, core, log)
    },
  })
  core.keys.beforeRefusing(() => watch.lookIfLate())
  core.sealer?.beforeRefusing(() => watch.lookIfLate())
  watch.start()
  return watch
}

/** For the next start, which may be long after the key before this one was removed. */
function noteSigner([signer]: readonly Uint8Array[], { store }: Core, log: Log): void {
  if (signer === undefined) return
  store
    .readTime()
    .then((now) => store.keyMarks.note(keyFingerprint(signer), now))
    .catch((failure: unknown) => log.warn({ err: failure }, 'the key that signs now was not noted in the database'))
}

/** Says what sealed sessions cannot do, once, where whoever runs the server sees it. */
async function openSealer(
  keys: readonly Uint8Array[],
  policy: SessionPolicy,
  limits: CacheLimits,
  log: Log,
): Promise<SessionSealer> {
  log.info(
    { absoluteSeconds: policy.absoluteSeconds },
    'sessions are sealed in their cookies: no list of devices, no idle end, and whoever has the key can make them',
  )
  const { cookieSealer } = await import('./stores/sealed-cookie/cookie-sealer.ts')
  const sealers = { sessions: cookieSealer(keys, 'sealed-session'), data: cookieSealer(keys, 'sealed-data') }
  return new SessionSealer(sealers, limits)
}

/** A log that throws, though it must not, fails nothing of what it is told about. */
function harmless(audit: AuditLog, log: Log): AuditLog {
  return {
    record(event, source) {
      try {
        audit.record(event, source)
      } catch (failure) {
        log.error({ err: failure, event: event.type }, 'the audit log failed')
      }
    },
  }
}

function startBackground(core: Core, log: Log): Background {
  const background = new Background((failure, task) => {
    const level = failure instanceof StoreUnavailable || failure instanceof Busy ? 'warn' : 'error'
    log[level]({ err: failure, task }, 'a background task failed and will be tried again')
  })
  background.every(touchFlushMs(core.policy), 'write last uses', () => core.touches.flush())
  background.every(DELETE_EXPIRED_MS, 'delete expired sessions', () =>
    deleteExpiredSessions(core, () => background.stopped),
  )
  background.every(TRIM_MS, 'delete old changes', () => core.store.changes.trim())
  return background
}

function readPasswordRules(
  options: Pick<CoatcheckOptions, 'minimumPasswordLength'>,
  frontEnds: FrontEnds,
): PasswordRules {
  const minimumLength = options.minimumPasswordLength ?? MINIMUM_PASSWORD_LENGTH
  if (!Number.isInteger(minimumLength) || minimumLength < 8 || minimumLength > 64) {
    throw new ConfigurationError(`minimumPasswordLength is ${minimumLength}; it must be a whole number from 8 to 64.`)
  }
  // Both are made when the first password is set: a server starts sooner, and smaller, without them.
  let words: ReadonlySet<string> | undefined
  let siteWords: readonly string[] | undefined
  return {
    minimumLength,
    get siteWords() {
      siteWords ??= [...frontEnds.origins].flatMap(wordsOfHost)
      return siteWords
    },
    get commonPasswords() {
      words ??= readCommonPasswords()
      return words
    },
  }
}

/** The labels of a host that name the site: all but its public suffix. */
function wordsOfHost(origin: string): readonly string[] {
  const { hostname, subdomain, domainWithoutSuffix } = parse(origin, { allowPrivateDomains: true })
  return [...(subdomain ?? '').split('.'), domainWithoutSuffix ?? hostname ?? ''].filter((word) => word !== '')
}

function readCommonPasswords(): ReadonlySet<string> {
  const lines = readFileSync(new URL('../wordlists/common-passwords.txt', import.meta.url), 'utf8').split('\n')
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('# ')))
}
