const LONGEST_NAME = 100

/** A person's name as they wrote it, trimmed and in NFC; null when it is empty, too long, or holds control characters. */
export function normaliseName(name: string): string | null {
  const normal = name.trim().normalize('NFC')
  const length = [...normal].length
  return length === 0 || length > LONGEST_NAME || /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(normal)
    ? null
    : normal
}
