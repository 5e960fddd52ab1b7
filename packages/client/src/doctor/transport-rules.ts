import type { Rule } from './cause.ts'
import { isLoopback, schemeOf } from './addresses.ts'

/** By how much clocks may differ before a page shows times that are plainly wrong, in seconds. */
const SKEW_SECONDS = 60

/** What keeps a question from getting to the server, or its own answer from coming back. */
export const transportRules: readonly Rule[] = [
  {
    cause: 'insecure-request',
    holds: ({ url, page }) => schemeOf(page) === 'https' && schemeOf(url) === 'http' && !isLoopback(url),
    words: ({ url, page }) => `The page ${page} is https and calls ${url}: browsers block that as mixed content.`,
    mend: ({ url }) => `createClient({ url: '${url.replace('http:', 'https:')}' })`,
  },
  {
    cause: 'name-not-found',
    holds: ({ failure }) => failure?.kind === 'name-not-found',
    words: ({ url, failure }) => `No DNS answers for ${new URL(url).hostname} (${failure?.detail}).`,
    mend: ({ url }) => `${new URL(url).hostname}. IN A <address of the server>   (a DNS record; or mend the name)`,
  },
  {
    cause: 'certificate-not-trusted',
    holds: ({ failure }) => failure?.kind === 'certificate',
    words: ({ url, failure }) => `The certificate of ${url} is not trusted (${failure?.detail}).`,
    mend: ({ url }) =>
      `Give the server at ${url} a certificate for ${new URL(url).hostname}, with the whole chain (nginx: ssl_certificate <fullchain.pem>;)`,
  },
  {
    cause: 'unreachable',
    holds: ({ failure }) => failure?.kind === 'unreachable',
    words: ({ url, failure }) => `Nothing answers at ${url} (${failure?.detail}).`,
    mend: ({ url }) => `Start the server, or the proxy in front of it: coatcheck serve   (COATCHECK_URL=${url})`,
  },
  {
    cause: 'unreachable',
    holds: ({ failure }) => failure?.kind === 'broken-off',
    words: ({ url, failure }) => `${url} begins to answer, and breaks off (${failure?.detail}).`,
    mend: () => 'proxy_read_timeout 60s;   (nginx; and look into the log of the proxy, and of the server)',
  },
  {
    cause: 'redirected',
    holds: ({ redirect }) => redirect !== undefined,
    words: ({ url, redirect }) =>
      `${url} answers with a redirect to ${redirect}. Browsers follow none in a preflight, and the client follows none with a password.`,
    mend: ({ url, redirect }) => {
      const { origin } = new URL(redirect ?? '', url)
      return origin === url
        ? `location /v1/ { proxy_pass http://127.0.0.1:4000; }   (nginx: /v1/ without a redirect, or a sign-in of the proxy's own)`
        : `createClient({ url: '${origin}' })`
    },
  },
  {
    cause: 'not-coatcheck',
    holds: ({ status, view }) => status !== undefined && view === undefined,
    words: ({ url, status }) => `${url}/v1/doctor answers ${status}, and it is not Coatcheck that does.`,
    mend: ({ url }) =>
      `Let the proxy pass on all of /v1/: location /v1/ { proxy_pass http://127.0.0.1:4000; }   (nginx, for ${url})`,
  },
  {
    cause: 'cached',
    holds: ({ repeated }) => repeated === true,
    words: () => 'Two answers were one and the same: a cache in between keeps what says "no-store".',
    mend: () => 'proxy_cache off;   (nginx, for /v1/; without proxy_ignore_headers Cache-Control)',
  },
]

/** What is wrong without keeping anybody from signing in: told only when nothing else is. */
export const lateRules: readonly Rule[] = [
  {
    cause: 'clock-skew',
    holds: ({ clockSkewSeconds = 0 }) => Math.abs(clockSkewSeconds) > SKEW_SECONDS,
    words: ({ clockSkewSeconds = 0 }) =>
      `The server's clock is ${Math.abs(Math.round(clockSkewSeconds))} s ${clockSkewSeconds > 0 ? 'ahead of' : 'behind'} this machine's: the ends of sessions will be shown wrong.`,
    mend: () => 'timedatectl set-ntp true   (on whichever machine has the wrong time)',
  },
  {
    cause: 'forwarded-not-trusted',
    holds: ({ view }) => view?.request.proxy === 'untrusted',
    words: () =>
      'A proxy passes requests on, and the server does not trust it: every visitor has the address of the proxy, in the list of devices and wherever the server counts by address.',
    mend: () => 'COATCHECK_TRUSTED_PROXIES=127.0.0.1/32   (or the network that the proxy calls from)',
  },
]
