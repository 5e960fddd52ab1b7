import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { LeasedSessions } from '../../../src/core/session/leased-sessions.ts'
import { temporaryFolder } from '../../stores/temporary-folder.ts'
import { LeaseModel, type Step } from './lease-model.ts'

const RUNS = process.env['COATCHECK_TORTURE'] === '1' ? 100_000 : 8_000

const MUTANT_RUNS = 100_000
const SOURCE = new URL('../../../src/core/session/leased-sessions.ts', import.meta.url)

const MUTANTS: readonly { readonly defect: string; readonly find: string; readonly replace: string }[] = [
  {
    defect: 'that a read is kept although something changed meanwhile',
    find: 'if (this.#reads.get(sessionId) !== read) {',
    replace: 'if (this.#reads.size > 1e9) {',
  },
  {
    defect: 'that the change of a session leaves the read that is under way alone',
    find: '        this.#cache.delete(change.id)\n        this.#reads.delete(change.id)\n',
    replace: '        this.#cache.delete(change.id)\n',
  },
  {
    defect: 'that the change of a user leaves the reads that are under way alone',
    find: '        this.#cache.deleteByUser(change.id)\n        this.#reads.clear()\n',
    replace: '        this.#cache.deleteByUser(change.id)\n',
  },
  {
    defect: 'that a read is joined without a lease',
    find: 'if (underWay === undefined || !this.#lease.isLive() || ',
    replace: 'if (underWay === undefined || ',
  },
  {
    defect: 'that a gap empties nothing',
    find: "if (!beat.continuous) this.forget({ kind: 'everything' })",
    replace: '',
  },
  {
    defect: 'that the lease never ends',
    find: 'if (entry === undefined || !this.#lease.isLive(now)) return null',
    replace: 'if (entry === undefined) return null',
  },
  {
    defect: 'that the lease is counted from the answer, and not from the sending',
    find: 'this.#lease.renew(sentAt)',
    replace: 'this.#lease.renew({ monotonicMs: this.#clock.monotonicMs(), wallMs: this.#clock.wallMs() })',
  },
  {
    defect: 'that a heartbeat’s changes are not taken in',
    find: 'for (const change of beat.changes) this.forget(change)',
    replace: '',
  },
]

type NodeStep = Extract<Step, { node: unknown }>['do']

const on = (node: 0 | 1, ...steps: readonly NodeStep[]): readonly Step[] => steps.map((each) => ({ do: each, node }))
const heartbeat = (node: 0 | 1): readonly Step[] => on(node, 'send', 'beat', 'hear')
const pass = (ms: number): Step => ({ do: 'pass', ms })

const node = fc.constantFrom(0 as const, 1 as const)
const ending = fc.constantFrom('session' as const, 'user' as const)

/** What may happen: single steps in any order, and such as belong together, so that long stories are not too rare. */
const happening: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 1_100 }).map((ms) => [pass(ms)]) },
  { weight: 3, arbitrary: node.map(heartbeat) },
  { weight: 2, arbitrary: node.map((at) => on(at, 'send', 'beat')) },
  { weight: 2, arbitrary: fc.tuple(node, fc.constantFrom('send', 'beat', 'hear')).map(([at, each]) => on(at, each)) },
  { weight: 2, arbitrary: fc.tuple(node, fc.constantFrom('read', 'answer')).map(([at, each]) => on(at, each)) },
  { weight: 4, arbitrary: node.map((at) => on(at, 'check')) },
  { weight: 3, arbitrary: node.map((at) => on(at, 'check', 'read')) },
  { weight: 2, arbitrary: node.map((at) => on(at, 'check', 'read', 'answer')) },
  { weight: 1, arbitrary: node.map((at) => on(at, 'break')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('begin' as const, 'commit' as const, 'acknowledge' as const), ending)
      .map(([each, change]): readonly Step[] => [{ do: each, change }]),
  },
  {
    weight: 3,
    arbitrary: ending.map((change) =>
      (['begin', 'commit', 'acknowledge'] as const).map((each): Step => ({ do: each, change })),
    ),
  },
)

/** However it went: a while later both nodes have beaten again, and are asked. */
const afterwards: readonly Step[] = [0, 1].flatMap((at) => {
  const index = at === 0 ? 0 : 1
  return [pass(600), ...heartbeat(index), pass(600), ...heartbeat(index), ...on(index, 'check', 'read', 'answer')]
})

/** Runs stories until one breaks the promise; how many checks were answered from memory. */
async function tell(Sessions: typeof LeasedSessions, numRuns: number): Promise<number> {
  let hits = 0
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 4, maxLength: 20 }), async (story) => {
      const model = new LeaseModel(Sessions)
      const steps = [...heartbeat(0), ...heartbeat(1), ...story.flat(), ...afterwards]
      for (const each of steps) await model.take(each)
      hits += model.hits
    }),
    { numRuns, endOnFailure: true },
  )
  return hits
}

test('whatever the order of reads, heartbeats, breaks and an end: nobody accepts the session a lease after it was acknowledged, and the node that ended it not at all [promises 2, 3; L11]', async () => {
  assert.ok((await tell(LeasedSessions, RUNS)) > RUNS / 10, 'checks were answered from memory')
})

describe('the model notices', () => {
  const folder = temporaryFolder(after)
  for (const [index, { defect, find, replace }] of MUTANTS.entries()) {
    test(defect, async () => {
      const text = readFileSync(SOURCE, 'utf8')
      assert.equal(text.split(find).length, 2, 'the mutation has one place')
      const mutant = text
        .replace(find, replace)
        .replaceAll(/ from '(\.[^']+)'/g, (_, path: string) => ` from '${new URL(path, SOURCE).href}'`)
      const file = join(folder, `mutant-${index}.ts`)
      writeFileSync(file, mutant)
      const { LeasedSessions: Mutant } = (await import(pathToFileURL(file).href)) as {
        LeasedSessions: typeof LeasedSessions
      }
      await assert.rejects(tell(Mutant, MUTANT_RUNS), /Property failed/)
    })
  }
})
