#!/usr/bin/env node
import { ConfigurationError, StoreUnavailable } from '../core/errors.ts'

interface Command {
  readonly run: (args: readonly string[]) => Promise<void>
}

/** The commands, one file each, loaded when asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: () => import('./serve.ts'),
  doctor: () => import('./doctor.ts'),
  migrate: () => import('./migrate.ts'),
  keys: () => import('./keys.ts'),
  help: () => import('./help.ts'),
}

const OLDEST_NODE = 24
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(`coatcheck: This needs Node ${OLDEST_NODE} or newer, and is run by ${process.versions.node}.`)
  process.exit(1)
}

const given = process.argv.slice(2)
const asksForHelp = given.some((argument) => argument === '--help' || argument === '-h')
const named = given[0]?.startsWith('-') === false
const name = named ? (given[0] ?? '') : 'serve'
const word = asksForHelp ? 'help' : name
const command = Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined

try {
  if (command === undefined) {
    throw new ConfigurationError(`There is no command "${word}". Known are: ${Object.keys(COMMANDS).join(', ')}.`)
  }
  await (await command()).run(named ? given.slice(1) : given)
} catch (error) {
  // What the user can mend is one sentence; what they cannot is shown whole.
  const expected = error instanceof ConfigurationError || error instanceof StoreUnavailable
  console.error(expected ? `coatcheck: ${error.message}` : error)
  process.exitCode = 1
}
