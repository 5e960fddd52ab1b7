import { ConfigurationError } from '../core/errors.ts'
import { policyFor } from '../core/session/session-policy.ts'
import { DEFAULT_DATABASE, resolvePolicy } from '../options.ts'
import { isPostgresUrl, NO_DATABASE } from '../open-store.ts'
import { readConfig } from '../server/config.ts'
import { listFileKeys, pruneFileKeys, rotateFileKeys } from './keys-in-a-file.ts'
import { listGivenKeys, pruneGivenKeys, rotateGivenKeys } from './keys-in-a-setting.ts'

const ACTIONS = ['list', 'rotate', 'prune', 'adopt'] as const
type Action = (typeof ACTIONS)[number]

/** No row says which sealed sessions live. */
function uncounted(absoluteSeconds: number): ConfigurationError {
  return new ConfigurationError(
    `Sessions are sealed (COATCHECK_SESSIONS), so nobody knows who needs an older key. Nobody does once the current one has signed for ${absoluteSeconds} seconds: see "coatcheck keys list". Then: coatcheck keys prune --force`,
  )
}

/** `coatcheck keys list|rotate|prune [--force]|adopt`: the server's keys, where the settings say that they are. */
export async function run(args: readonly string[]): Promise<void> {
  const { action, force } = readAction(args)
  const { keys, database = DEFAULT_DATABASE, sessionPolicy, sessions } = readConfig(process.env).options
  const { absoluteSeconds } = policyFor(sessions ?? 'stored', resolvePolicy(sessionPolicy))
  if (keys !== undefined) {
    if (action === 'adopt' && database === NO_DATABASE)
      return console.log('Without a database there is nothing to adopt.')
    if (action === 'adopt') return console.log(await adopt(database, keys))
    if (action === 'list') console.log(listGivenKeys(keys))
    else if (action === 'rotate') console.log(rotateGivenKeys(keys, absoluteSeconds))
    else console.log(pruneGivenKeys(keys, absoluteSeconds, force))
    return
  }
  if (isPostgresUrl(database) || database === NO_DATABASE) {
    throw new ConfigurationError(
      'COATCHECK_KEYS is not set, and with PostgreSQL or no database the keys are there: give this command the setting of your nodes.',
    )
  }
  if (action === 'adopt') return console.log(await adopt(database, keys))
  const { requireDatabasePath } = await import('../stores/sqlite/sqlite-file.ts')
  const path = requireDatabasePath(database)
  if (action === 'list') console.log(listFileKeys(path))
  else if (action === 'rotate') console.log(rotateFileKeys(path))
  else {
    if (sessions === 'sealed' && !force) throw uncounted(absoluteSeconds)
    await prune(path, force)
  }
}

/** The removed key may be the one that the database knows as its last: the next start must not miss it. */
async function prune(path: string, force: boolean): Promise<void> {
  const { removed, message } = pruneFileKeys(path, force)
  if (removed > 0) await adopt(path, undefined)
  console.log(message)
}

async function adopt(database: string, keys: readonly string[] | undefined): Promise<string> {
  const { adoptKeys } = await import('./keys-adopted.ts')
  return adoptKeys({ database, keys })
}

function readAction(args: readonly string[]): { readonly action: Action; readonly force: boolean } {
  const [word, ...rest] = args
  const action = ACTIONS.find((known) => known === word)
  if (action === undefined) {
    const given = word === undefined ? '' : `, not "${word}"`
    throw new ConfigurationError(`"coatcheck keys" takes ${ACTIONS.join(', ')}${given}. See "coatcheck help".`)
  }
  const wrong = rest.find((option) => option !== '--force' || action !== 'prune')
  if (wrong !== undefined) {
    throw new ConfigurationError(`"coatcheck keys ${action}" takes no "${wrong}". See "coatcheck help".`)
  }
  return { action, force: rest.length > 0 }
}
