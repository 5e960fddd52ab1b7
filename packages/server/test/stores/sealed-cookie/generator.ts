/** Names and values for the tests against Rust: the same for the same seed, and nasty. */

const PIECES = [
  ...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789',
  ...'-_.~!#$&\'()*+,/:;=?@[]{}|\\^`"<> %',
  ...'äé£ß€漢字ｱ😀🧥\u0301\u200d\uFEFF\uFFFD\0\t\n\r\x7f\x80',
  '%20',
  '%C3%A9',
  '%zz',
  '%',
  '==',
  '""',
  '__Host-',
]

/** A cookie to write. */
export interface Sample {
  readonly name: string
  readonly value: string
}

/** Numbers from 0 up to 1, always the same for one seed (Mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A number from 0 up to, and without, `end`. */
export function below(next: () => number, end: number): number {
  return Math.floor(next() * end)
}

function textOf(next: () => number, pieces: number): string {
  return Array.from({ length: pieces }, () => PIECES[below(next, PIECES.length)]).join('')
}

/** `count` names and values: some values empty, some thousands of bytes long, most short. */
export function samples(count: number, seed: number): Sample[] {
  const next = randomNumbers(seed)
  return Array.from({ length: count }, (_, index) => {
    const name = textOf(next, 1 + below(next, 20))
    if (index % 50 === 0) return { name, value: '' }
    if (index % 50 === 1) return { name, value: 'long '.repeat(below(next, 560)) }
    return { name, value: textOf(next, below(next, index % 50 === 2 ? 250 : 40)) }
  })
}
