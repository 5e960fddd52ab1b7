import { SessionDataError } from './session-data-error.ts'

/** A value may have this many bytes, as JSON in UTF-8. */
export const MAXIMUM_VALUE_BYTES = 16_384

const DEEPEST = 100

/**
 * A value as JSON. Only what JSON has: what `JSON.stringify` would leave out or turn into something else is refused, and
 * the message says where it stands.
 *
 * @param key of the session's data, for the message
 * @throws SessionDataError `not-json`, `value-too-large`
 */
export function jsonText(key: string, value: unknown): string {
  requireJson(value, key, { depth: 0, left: MAXIMUM_VALUE_BYTES })
  const json = JSON.stringify(value)
  const bytes = Buffer.byteLength(json)
  if (bytes > MAXIMUM_VALUE_BYTES) {
    throw tooLarge(key, `has ${bytes} bytes as JSON`)
  }
  return json
}

/** How deep a value lies, and how many more there may be: each takes a byte at least. */
interface Bounds {
  readonly depth: number
  left: number
}

function requireJson(value: unknown, place: string, bounds: Bounds): void {
  bounds.left -= 1
  if (bounds.left < 0) throw tooLarge(place, 'has too many parts')
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return
    throw notJson(place, `is ${value}`, 'JSON has no such number')
  }
  if (typeof value !== 'object') throw notJson(place, `is ${describe(value)}`, 'JSON has no such thing')
  if (bounds.depth === DEEPEST) throw notJson(place, `lies ${DEEPEST} levels deep`, 'does it contain itself?')
  const isArray = Array.isArray(value)
  if (!isArray && !isPlain(value)) {
    throw notJson(place, `is ${describe(value)}`, 'only plain objects and arrays come back as they were')
  }
  const inner = { depth: bounds.depth + 1, left: bounds.left }
  // `entries` of an array has its holes too, as undefined.
  const entries = isArray ? value.entries() : Object.entries(value)
  for (const [name, part] of entries) {
    requireJson(part, isArray ? `${place}[${name}]` : `${place}.${name}`, inner)
  }
  bounds.left = inner.left
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined'
  if (typeof value === 'object' && value !== null) {
    const { constructor }: { readonly constructor?: unknown } = value
    return typeof constructor === 'function' ? `a ${constructor.name}` : 'an object that inherits from another'
  }
  return `a ${typeof value}`
}

function notJson(place: string, what: string, why: string): SessionDataError {
  return new SessionDataError('not-json', `session data: ${shorten(place)} ${what}; ${why}.`)
}

function tooLarge(place: string, what: string): SessionDataError {
  return new SessionDataError(
    'value-too-large',
    `session data: ${shorten(place)} ${what}; a value may have ${MAXIMUM_VALUE_BYTES}. Keep it in a table of yours, and its ID here.`,
  )
}

/** A place in a value: it may have names of any length. */
function shorten(place: string): string {
  return place.length <= 100 ? place : `${place.slice(0, 100)}…`
}
