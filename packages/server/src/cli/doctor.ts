import { findCause, type Diagnosis } from '@coatcheck/client/doctor'
import { ConfigurationError } from '../core/errors.ts'
import { requireOrigin } from '../core/request-trust/origin.ts'
import { observe } from '../doctor/observe.ts'
import { readOptions } from './read-options.ts'

const WRONG_USAGE = 2

/**
 * `coatcheck doctor --url U --frontend F [--json]`: asks a server as a browser would, and names the one cause for which
 * it and the page do not get on. Opens nothing and changes nothing. Exit code 0: healthy; 1: a cause; 2: wrong usage.
 */
export async function run(args: readonly string[]): Promise<void> {
  const asked = read(args)
  if (asked === null) return
  const seen = await observe(asked.url, asked.page)
  const diagnosis = findCause(seen)
  process.stdout.write(asked.json ? `${JSON.stringify({ ...diagnosis, seen }, null, 2)}\n` : inWords(diagnosis))
  if (diagnosis.cause !== null) process.exitCode = 1
}

function read(args: readonly string[]): { url: string; page: string; json: boolean } | null {
  try {
    const json = args.includes('--json')
    const rest = args.filter((argument) => argument !== '--json')
    const { url, frontend } = readOptions('doctor', rest, ['url', 'frontend'])
    if (url === undefined || frontend === undefined) {
      throw new ConfigurationError(
        'Two addresses are needed: coatcheck doctor --url https://api.example.com --frontend https://app.example.com.',
      )
    }
    return { url: requireOrigin(url, '--url'), page: requireOrigin(frontend, '--frontend'), json }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    console.error(`coatcheck: ${error.message}`)
    process.exitCode = WRONG_USAGE
    return null
  }
}

function inWords({ cause, words, mend }: Diagnosis): string {
  return cause === null ? `${words}\n` : `${cause}: ${words}\n\n  ${mend.replaceAll('\n', '\n  ')}\n`
}
