import { ConfigurationError } from '../../core/errors.ts'

/** Where Coatcheck's tables live, apart from the application's own. */
export const SCHEMA = 'coatcheck'

/**
 * What every connection of ours is started with. Read committed, because a statement that waited for a lock must see
 * what the other wrote; warnings, because one of them says that a commit was not replicated.
 */
const OPTIONS = [
  `-c search_path=${SCHEMA}`,
  '-c default_transaction_isolation=read\\ committed',
  '-c client_min_messages=warning',
]

/**
 * The URL with our own server settings behind those that it has already.
 *
 * @param url `postgres://…` or `postgresql://…`
 * @param more further settings, which win
 * @throws ConfigurationError when it is neither; the message does not repeat it, as it may hold a password
 */
export function connectionString(url: string, more: readonly string[] = []): string {
  if (!/^postgres(?:ql)?:\/\//.test(url)) {
    throw new ConfigurationError('COATCHECK_DATABASE: a PostgreSQL URL begins with postgres:// or postgresql://.')
  }
  if (!URL.canParse(url)) {
    throw new ConfigurationError(
      'COATCHECK_DATABASE: this PostgreSQL URL cannot be read. Percent-encode what is special in its password (# is %23).',
    )
  }
  const [address = '', query = ''] = url.split('?', 2)
  const parameters = new URLSearchParams(query)
  const given = parameters.get('options') ?? process.env['PGOPTIONS'] ?? ''
  parameters.set('options', [given, ...OPTIONS, ...more].join(' ').trim())
  return `${address}?${parameters.toString()}`
}
