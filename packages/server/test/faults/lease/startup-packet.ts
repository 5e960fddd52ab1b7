/** Whose connection to PostgreSQL it is, by the application name that it starts with. */
export type Line = 'feed' | 'pool'

const PROTOCOL_3 = 196_608

/**
 * Whose connection begins so, or null while the startup packet is not complete.
 *
 * @throws Error when it is no startup packet of protocol 3, TLS included: our tests use none
 * @see PostgreSQL documentation, 55.7 (Message Formats), StartupMessage
 */
export function lineOf(begun: Buffer): Line | null {
  if (begun.byteLength < 8 || begun.byteLength < begun.readInt32BE(0)) return null
  if (begun.readInt32BE(4) !== PROTOCOL_3) throw new Error('not a startup packet of protocol 3')
  const words = begun.toString('utf8', 8, begun.readInt32BE(0)).split('\0')
  const name = words[words.indexOf('application_name') + 1]
  return name === 'coatcheck feed' ? 'feed' : 'pool'
}
