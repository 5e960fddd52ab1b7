import { ConfigurationError } from '../errors.ts'

/**
 * An origin as a browser writes it: scheme, host and port if it is not the scheme's own. Compared as a string, exactly.
 *
 * @throws ConfigurationError naming `setting`, when the text is not an http or https origin and nothing more
 * @see RFC 6454, section 6.2; the Origin header is matched against this form
 */
export function requireOrigin(text: string, setting: string): string {
  const refuse = (why: string, instead = 'an origin such as https://app.example.com'): never => {
    throw new ConfigurationError(`${setting}: "${text}" ${why}. Write ${instead}.`)
  }
  if (typeof text !== 'string')
    throw new ConfigurationError(`${setting}: an origin is a text such as https://app.example.com.`)
  if (text === '*' || text.includes('*')) refuse('has a wildcard, which would let any page act as the signed-in user')
  if (!URL.canParse(text)) {
    const scheme = URL.canParse(`https://${text}`) ? `https://${text}` : undefined
    refuse('is not a URL', scheme && new URL(scheme).origin)
  }
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('is neither https nor http')
  if (url.username !== '' || url.password !== '') refuse('has a user name or password in it')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    refuse('has a path, query or fragment, which an origin has not', url.origin)
  return url.origin
}

/** Whether a host is this machine itself, where browsers treat http as secure enough. */
export function isLoopbackHost(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d+){3}$/.test(hostname)
  )
}
