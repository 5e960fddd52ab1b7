/** Where the library tells what its owner should know; pino's logger has this shape. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** The log of an application that gives none: warnings and errors on the standard error stream. */
export const CONSOLE_LOG: Log = {
  info: () => undefined,
  warn: (fields, message) => console.warn(`coatcheck: ${message}`, fields),
  error: (fields, message) => console.error(`coatcheck: ${message}`, fields),
}
