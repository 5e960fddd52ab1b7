/** Browsers keep no cookie for longer than 400 days (RFC 6265bis, section 5.5). */
const LONGEST_SECONDS = 400 * 86_400
/** What neither ends an attribute nor the line: printable ASCII but the semicolon. */
const ATTRIBUTE_TEXT = /^[\x20-\x3a\x3c-\x7e]+$/

/** How a browser keeps a cookie, and to whom it sends it. */
export interface CookieAttributes {
  /** For how long, in whole seconds, at most 400 days. Without it: until the browser is closed, or its session restored no more. */
  readonly maxAgeSeconds?: number | undefined
  /** Default: `/`. */
  readonly path?: string | undefined
  /** Without it, the host that sets the cookie and no other. With it, each subdomain, and each of them may overwrite it. */
  readonly domain?: string | undefined
  /** Default: `Lax`. `None` needs `secure`. */
  readonly sameSite?: 'Strict' | 'Lax' | 'None' | undefined
  /** Over https only. Default: true; false for http in development. */
  readonly secure?: boolean | undefined
  /** Out of the reach of scripts. Default: true. */
  readonly httpOnly?: boolean | undefined
  /** Apart for each site that embeds this one (CHIPS); needs `secure`. Default: false. */
  readonly partitioned?: boolean | undefined
}

/**
 * The attributes of a Set-Cookie line.
 *
 * @throws TypeError for those with which browsers would refuse the cookie without a word
 * @see RFC 6265bis, sections 4.1.2 and 4.1.3 (name prefixes)
 */
export function formatAttributes(name: string, attributes: CookieAttributes): string {
  const { maxAgeSeconds, path = '/', domain, sameSite = 'Lax', secure = true } = attributes
  const { httpOnly = true, partitioned = false } = attributes
  requireText(name, 'path', path, path.startsWith('/'))
  if (domain !== undefined) requireText(name, 'domain', domain, domain !== '')
  if (maxAgeSeconds !== undefined) requireAge(name, maxAgeSeconds)
  requirePrefix(name, { path, domain, secure, httpOnly })
  if (!secure && (partitioned || sameSite === 'None')) {
    throw new TypeError(
      `The cookie ${name}: browsers take ${partitioned ? 'Partitioned' : 'SameSite=None'} with Secure only.`,
    )
  }
  return [
    `Path=${path}`,
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
    ...(httpOnly ? ['HttpOnly'] : []),
    ...(secure ? ['Secure'] : []),
    `SameSite=${sameSite}`,
    ...(partitioned ? ['Partitioned'] : []),
  ].join('; ')
}

function requireText(name: string, attribute: string, text: string, holds: boolean): void {
  if (holds && ATTRIBUTE_TEXT.test(text)) return
  throw new TypeError(`The cookie ${name}: ${JSON.stringify(text)} is no ${attribute}.`)
}

function requireAge(name: string, seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_SECONDS) return
  throw new TypeError(
    `The cookie ${name}: maxAgeSeconds is ${seconds}; it must be a whole number from 1 to ${LONGEST_SECONDS}.`,
  )
}

/** Browsers compare prefixes without regard to case. */
function requirePrefix(
  name: string,
  { path, domain, secure, httpOnly }: Pick<CookieAttributes, 'path' | 'domain' | 'secure' | 'httpOnly'>,
): void {
  const prefix = /^__(host-http|host|http|secure)-/i.exec(name)?.[1]?.toLowerCase()
  if (prefix === undefined) return
  const here = !prefix.startsWith('host') || (path === '/' && domain === undefined)
  if (secure === true && here && (!prefix.endsWith('http') || httpOnly === true)) return
  throw new TypeError(
    `The cookie ${name}: by its prefix it needs secure${prefix.endsWith('http') ? ', httpOnly' : ''}${prefix.startsWith('host') ? ', the path "/" and no domain' : ''}.`,
  )
}
