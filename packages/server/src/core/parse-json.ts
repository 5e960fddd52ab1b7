/** What JSON text stands for, when it is an object; null for anything else. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  const value = parse(text)
  return isObject(value) ? value : null
}

/** Whether a value of JSON is an object, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
