import type { Row } from './statement.ts'

/** A column that is never null. Throws a TypeError when the database disagrees: the schema is not the one we know. */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`${column} is not text`)
  return value
}

/** Like `text`, or null. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column)
}

/** A whole number that is never null. */
export function integer(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new TypeError(`${column} is not a number`)
  return value
}

/** Like `integer`, or null. */
export function integerOrNull(row: Row, column: string): number | null {
  return row[column] === null ? null : integer(row, column)
}

/**
 * Whether a column can hold this text at all: PostgreSQL has no NUL in text, and half a surrogate pair is no UTF-8.
 * Nothing is ever found under what cannot be stored.
 */
export function isStorable(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed()
}
