import type { Rule } from './cause.ts'
import { isLoopback, schemeOf } from './addresses.ts'
import type { Observations } from './observations.ts'

const DIFFERS = {
  scheme: 'only the scheme differs',
  port: 'only the port differs',
  www: 'only the "www." differs',
  loopback: 'localhost, a name under it and 127.0.0.1 are different hosts to a browser',
} as const

/** The command tells apart what a page cannot. */
export function command({ url, page }: Observations): string {
  return `npx coatcheck doctor --url ${url} --frontend ${page}`
}

/** What the server takes itself and the page for; and whether the page may read its answers. */
export const trustRules: readonly Rule[] = [
  {
    cause: 'secure-over-http',
    holds: ({ url, view }) =>
      schemeOf(url) === 'http' && !isLoopback(url) && view !== undefined && schemeOf(view.serverUrl) === 'https',
    words: ({ url }) =>
      `The page calls ${url}, and the session cookie is Secure: browsers drop one that arrives over http.`,
    mend: ({ view }) => `createClient({ url: '${view?.serverUrl}' })`,
  },
  {
    cause: 'server-url-is-http',
    holds: ({ url, view }) => schemeOf(url) === 'https' && view !== undefined && schemeOf(view.serverUrl) === 'http',
    words: ({ url, view }) =>
      `Browsers reach the server at ${url}, behind a proxy with TLS, and the server takes itself for ${view?.serverUrl}: its cookies are not Secure and have another name.`,
    mend: ({ url }) => `COATCHECK_URL=${url}`,
  },
  {
    cause: 'server-url-differs',
    holds: ({ url, view }) => view !== undefined && view.serverUrl !== url,
    words: ({ url, view }) =>
      `Browsers reach the server at ${url}, and the server takes itself for ${view?.serverUrl}.`,
    mend: ({ url }) => `COATCHECK_URL=${url}`,
  },
  {
    cause: 'origin-header-changed',
    holds: ({ url, page, view }) => view !== undefined && page !== url && view.request.origin !== page,
    words: ({ page, view }) =>
      view?.request.origin === null
        ? `The page's Origin header (${page}) does not arrive: something in between strips it.`
        : `The page's Origin header is ${page}, and ${view?.request.origin} arrives: something in between changes it.`,
    mend: () => 'proxy_set_header Origin $http_origin;   (nginx; Caddy: remove "header_up -Origin")',
  },
  {
    cause: 'origin-not-listed',
    holds: ({ view }) => view?.origin.listed === false,
    words: ({ page, view }) => {
      const near = view?.origin.nearMiss
      const hint = near === undefined ? '' : ` ${near.configured} is: ${DIFFERS[near.differs]}.`
      return `The origin ${page} is not on the server's list of front-ends.${hint}`
    },
    mend: ({ page, view }) => {
      const near = view?.origin.nearMiss
      return near === undefined
        ? `COATCHECK_FRONTENDS=<those that are there>,${page}`
        : `COATCHECK_FRONTENDS=${page}   (in the place of ${near.configured}, or beside it, with a comma)`
    },
  },
  {
    cause: 'cors-header-doubled',
    holds: ({ allowOrigin }) => allowOrigin !== undefined && allowOrigin.length > 1,
    words: ({ allowOrigin }) =>
      `Access-Control-Allow-Origin comes ${allowOrigin?.length} times (${allowOrigin?.join(', ')}), and browsers take one: something in between adds its own.`,
    mend: () => 'Remove from the proxy: add_header Access-Control-Allow-Origin …;   (Coatcheck sends what is needed)',
  },
  {
    cause: 'cors-header-stripped',
    holds: ({ url, page, allowOrigin, allowCredentials }) =>
      page !== url && allowOrigin !== undefined && (allowOrigin[0] !== page || allowCredentials === false),
    words: ({ page, allowOrigin }) =>
      allowOrigin?.[0] === page
        ? 'Access-Control-Allow-Credentials should be true and is not: something in between changes it.'
        : `Access-Control-Allow-Origin should be ${page} and is ${allowOrigin?.[0] ?? 'not there'}: something in between changes it.`,
    mend: ({ page, allowOrigin }) =>
      `Remove from the proxy: proxy_hide_header Access-Control-Allow-${allowOrigin?.[0] === page ? 'Credentials' : 'Origin'};`,
  },
  {
    cause: 'preflight-answered-elsewhere',
    holds: ({ preflight }) => preflight?.passed === false,
    words: ({ preflight }) =>
      `The preflight (OPTIONS) is not answered by Coatcheck, and not as a browser needs it: ${preflight?.detail}.`,
    mend: () => 'Remove from the proxy: if ($request_method = OPTIONS) { return 204; }   (let OPTIONS through)',
  },
  {
    cause: 'post-refused',
    holds: ({ postRefused }) => postRefused !== undefined,
    words: ({ url, postRefused }) =>
      `GET reaches the server at ${url}, and POST does not (${postRefused}): so nobody can sign in.`,
    mend: () => 'Remove from the proxy: limit_except GET { deny all; }   (let every method through to /v1/)',
  },
  {
    cause: 'answers-unreadable',
    holds: ({ failure }) => failure?.kind === 'unreadable',
    words: ({ url, page, failure }) =>
      `A page of ${page} cannot read what ${url} answers, and browsers do not tell it why. ${failure?.detail}`,
    mend: command,
  },
]
