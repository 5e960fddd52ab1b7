import { BlockList, isIP } from 'node:net'
import { ConfigurationError } from '../core/errors.ts'
import { SESSION_POLICIES, type SessionPolicy } from '../core/session/session-policy.ts'
import type { CoatcheckOptions } from '../options.ts'

/** All that a server of its own is told, by environment variables. */
export interface Config {
  readonly port: number
  readonly host: string
  /** Whose word about the client's address is taken. */
  readonly trustedProxies: BlockList
  readonly options: CoatcheckOptions
}

/** Every variable there is; another that begins with COATCHECK_ is a mistake, and stops the start. */
const KNOWN = [
  'COATCHECK_URL',
  'COATCHECK_FRONTENDS',
  'COATCHECK_DATABASE',
  'COATCHECK_KEYS',
  'COATCHECK_SESSIONS',
  'COATCHECK_SESSION_POLICY',
  'COATCHECK_TRUSTED_PROXIES',
  'COATCHECK_LEASE_MS',
]
/** Of the design, but not built yet: saying so is better than seeming to obey. */
const PLANNED = ['COATCHECK_SMTP_URL']

/**
 * Reads the configuration. An empty variable counts as unset.
 *
 * @throws ConfigurationError naming the variable, with what to write instead
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  refuseUnknown(environment)
  const value = (key: string): string | undefined => environment[key]?.trim() || undefined
  const port = readPort(value('PORT'))
  const keys = list(value('COATCHECK_KEYS'))
  const policy = value('COATCHECK_SESSION_POLICY')
  return {
    port,
    host: value('HOST') ?? '127.0.0.1',
    trustedProxies: readProxies(list(value('COATCHECK_TRUSTED_PROXIES'))),
    options: {
      url: value('COATCHECK_URL') ?? `http://localhost:${port}`,
      frontends: list(value('COATCHECK_FRONTENDS')),
      database: value('COATCHECK_DATABASE'),
      keys: keys.length === 0 ? undefined : keys,
      sessions: readSessions(value('COATCHECK_SESSIONS')),
      sessionPolicy: policy === undefined ? undefined : readPolicy(policy),
      leaseMs: readLease(value('COATCHECK_LEASE_MS')),
      migrate: environment['NODE_ENV'] !== 'production',
    },
  }
}

function refuseUnknown(environment: Readonly<Record<string, string | undefined>>): void {
  for (const key of Object.keys(environment)) {
    if (!key.startsWith('COATCHECK_') || KNOWN.includes(key)) continue
    if (PLANNED.includes(key)) {
      throw new ConfigurationError(`${key}: this version cannot do that yet. Remove the variable.`)
    }
    throw new ConfigurationError(`${key}: there is no such setting. Known are PORT, HOST, ${KNOWN.join(', ')}.`)
  }
}

function list(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function readPort(text = '4000'): number {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new ConfigurationError(`PORT: "${text}" is not a port. Write a number from 1 to 65535.`)
  }
  return port
}

function readSessions(text: string | undefined): CoatcheckOptions['sessions'] {
  if (text === undefined || text === 'stored' || text === 'sealed') return text
  throw new ConfigurationError(`COATCHECK_SESSIONS: "${text}" is neither stored nor sealed.`)
}

function readLease(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d+$/.test(text)) {
    throw new ConfigurationError(
      `COATCHECK_LEASE_MS: "${text}" is not a number of milliseconds. Write one such as 1000.`,
    )
  }
  return Number(text)
}

function readPolicy(text: string): NonNullable<CoatcheckOptions['sessionPolicy']> {
  if (Object.hasOwn(SESSION_POLICIES, text)) return text as keyof typeof SESSION_POLICIES
  const custom = /^absolute=(\d+),idle=(\d+)$/.exec(text.replaceAll(' ', ''))
  if (custom === null) {
    throw new ConfigurationError(
      `COATCHECK_SESSION_POLICY: "${text}" is none of ${Object.keys(SESSION_POLICIES).join(', ')}, nor of the form absolute=3600,idle=900 (seconds).`,
    )
  }
  const policy: SessionPolicy = { absoluteSeconds: Number(custom[1]), idleSeconds: Number(custom[2]) }
  return policy
}

function readProxies(networks: readonly string[]): BlockList {
  const proxies = new BlockList()
  for (const network of networks) {
    const [address = '', prefix, ...rest] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    const longest = family === 'ipv6' ? 128 : 32
    const bits = prefix === undefined ? longest : Number(prefix)
    const valid =
      isIP(address) !== 0 && rest.length === 0 && /^\d*$/.test(prefix ?? '') && prefix !== '' && bits <= longest
    if (!valid) {
      throw new ConfigurationError(
        `COATCHECK_TRUSTED_PROXIES: "${network}" is no network. Write CIDRs such as 10.0.0.0/8,::1/128.`,
      )
    }
    proxies.addSubnet(address, bits, family)
  }
  return proxies
}
