#!/usr/bin/env node
import { ConfigurationError, StoreUnavailable } from '../core/errors.ts'

/** The commands, one file each, loaded when asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly run: () => Promise<void> }>>> = {
  serve: () => import('./serve.ts'),
  migrate: () => import('./migrate.ts'),
  help: () => import('./help.ts'),
}

const [name = 'serve', ...rest] = process.argv.slice(2)
const word = name.replace(/^(?:--help|-h)$/, 'help')
const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined

try {
  if (command === undefined || rest.length > 0) {
    throw new ConfigurationError(
      `There is no command "${[name, ...rest].join(' ')}". Known are: ${Object.keys(COMMANDS).join(', ')}.`,
    )
  }
  await (await command()).run()
} catch (error) {
  // What the user can mend is one sentence; what they cannot is shown whole.
  const expected = error instanceof ConfigurationError || error instanceof StoreUnavailable
  console.error(expected ? `coatcheck: ${error.message}` : error)
  process.exitCode = 1
}
