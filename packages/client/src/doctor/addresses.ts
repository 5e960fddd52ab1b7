/** The scheme of an origin, without its colon. */
export function schemeOf(origin: string): string {
  return origin.slice(0, origin.indexOf(':'))
}

/** Whether an address is this machine itself, where browsers take http for secure. */
export function isLoopback(origin: string): boolean {
  const { hostname } = new URL(origin)
  return /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname)
}
