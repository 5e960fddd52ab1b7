/** Private and signed cookies, the same bytes as those of Rust's `cookie` crate. Needs nothing else of Coatcheck. */
export { CookieTooLarge } from './cookie-too-large.ts'
export { deriveFrom } from './cookie-key.ts'
export { findCookie, setCookie } from './cookie-line.ts'
export { sealedCookies } from './sealed-cookies.ts'
export type { PrivateCookies, SealedCookies, SealedCookiesOptions, SignedCookies } from './sealed-cookies.ts'
