import { parseArgs } from 'node:util'
import { ConfigurationError } from '../core/errors.ts'

/**
 * Reads the options of a command, `--name value` or `--name=value`. The last of several counts.
 *
 * @param names the options that it takes
 * @throws ConfigurationError for anything else, and for an option without a value
 */
export function readOptions<Name extends string>(
  command: string,
  args: readonly string[],
  names: readonly Name[],
): Partial<Record<Name, string>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  // Not strict: what is wrong is said in our own words below.
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  const found: Partial<Record<Name, string>> = {}
  for (const token of tokens) {
    if (token.kind !== 'option') {
      const word = token.kind === 'positional' ? token.value : '--'
      throw new ConfigurationError(`"coatcheck ${command}" takes no "${word}". See "coatcheck help".`)
    }
    const name = names.find((known) => known === token.name)
    if (name === undefined) {
      throw new ConfigurationError(`"coatcheck ${command}" has no option ${token.rawName}. See "coatcheck help".`)
    }
    if (!token.value) throw new ConfigurationError(`${token.rawName} needs a value. See "coatcheck help".`)
    found[name] = token.value
  }
  return found
}
