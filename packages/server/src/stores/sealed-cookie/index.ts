/** Private and signed cookies, the same bytes as those of Rust's `cookie` crate. Needs nothing else of Coatcheck. */
export type { CookieAttributes } from './cookie-attributes.ts'
export { CookieTooLarge } from './cookie-too-large.ts'
export { deriveFrom } from './cookie-key.ts'
export { findCookie, setCookie } from './cookie-line.ts'
export { sealedCookies } from './sealed-cookies.ts'
export type { PrivateCookies, SealedCookies, SealedCookiesOptions, SignedCookies } from './sealed-cookies.ts'
export { privateCookie, signedCookie } from './value-cookie.ts'
export type { CookieSource, ValueCookie } from './value-cookie.ts'
