const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
const count = new Intl.NumberFormat('en-US')
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })

/** `$1,234.50` from cents. */
export const formatCents = (cents: number): string => money.format(cents / 100)

/** `1,000` */
export const formatCount = (number: number): string => count.format(number)

/** `14:05` today, `3 Feb, 14:05` on other days. */
export function formatInstant(iso: string): string {
  const at = new Date(iso)
  const isToday = at.toDateString() === new Date().toDateString()
  return isToday ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`
}

/** `12 minutes`, of a length of time. */
export function formatLength(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return 'less than a minute'
  if (minutes < 91) return minutes === 1 ? '1 minute' : `${minutes} minutes`
  const hours = Math.round(minutes / 60)
  return hours < 37 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}

/** The browser and the system that a user agent speaks of, as far as it can be believed. */
export function describeDevice(userAgent: string | null): string {
  const first = (names: Readonly<Record<string, RegExp>>): string | undefined =>
    Object.keys(names).find((name) => names[name]?.test(userAgent ?? ''))
  const browser = first({ Edge: /Edg/, Opera: /OPR\//, Firefox: /Firefox\//, Chrome: /Chrome\//, Safari: /Safari\// })
  const system = first({ Android: /Android/, iOS: /iPhone|iPad/, Windows: /Windows/, macOS: /Mac OS/, Linux: /Linux/ })
  if (browser === undefined) return userAgent?.split(/[\s/]/)[0] || 'Unknown device'
  return system === undefined ? browser : `${browser} on ${system}`
}
