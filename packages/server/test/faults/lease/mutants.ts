import type { Edit } from './mutant-copy.ts'
import type { Violation } from './judge.ts'
import type { Scenario } from './scenario.ts'

/** A Coatcheck that is broken on purpose, and where that shows. */
export interface Mutant {
  readonly name: string
  readonly edits: readonly Edit[]
  readonly scenario: Scenario
  /** What the checker must say of it, or one of these. */
  readonly kinds: readonly Violation['kind'][]
  readonly environment?: Readonly<Record<string, string>>
}

/** L of the mutants' servers. */
export const MUTANT_LEASE_MS = 500

const NOTHING: Scenario = { name: 'nothing goes wrong' }
/** A use is written when the last is 6 s old, within a second: late, and behind the revocation. */
const EAGER_TOUCHES = { COATCHECK_SESSION_POLICY: 'absolute=3600,idle=60' }

/** All of them but those that only a failover shows. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'a touch re-creates its session',
    edits: [
      {
        file: 'src/stores/sql/session-row.ts',
        find: 'export function sessionFrom(row: Row): Session {',
        replace: `const seenRows = new Map<string, Row>()

/** The row of a session as it was last read. */
export function rowOf(id: string): Row | undefined {
  return seenRows.get(id)
}

export function sessionFrom(row: Row): Session {
  seenRows.set(String(row['id']), row)`,
      },
      {
        file: 'src/stores/sql/sql-session-store.ts',
        find: "import { SESSION_COLUMNS, sessionFrom } from './session-row.ts'",
        replace: `import { INSERTED_COLUMNS, INSERTED_PARAMS, rowOf, SESSION_COLUMNS, sessionFrom, sessionParams } from './session-row.ts'`,
      },
      {
        file: 'src/stores/sql/sql-session-store.ts',
        find: '    const latest = [...seenAtById]\n',
        replace: `    const latest = [...seenAtById]
    for (const [id] of latest) {
      const row = rowOf(id)
      if (!row) continue
      const insert = \`insert into sessions (\${INSERTED_COLUMNS}) values (\${INSERTED_PARAMS}) on conflict do nothing\`
      await this.#count(statement('revive-session', insert, sessionParams(sessionFrom(row))))
    }
`,
      },
    ],
    scenario: NOTHING,
    kinds: ['same-node', 'late'],
    environment: EAGER_TOUCHES,
  },
]
