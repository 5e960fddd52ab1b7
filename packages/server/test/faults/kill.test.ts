import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, before, describe, test } from 'node:test'
import { createTestDatabase, type TestDatabase } from '../stores/postgres-fixture.ts'
import { STORES } from '../support/scene.ts'
import { freePort } from '../../../../tools/free-port.ts'
import { startServer, type ServerProcess } from '../support/server-process.ts'
import { ask, halfMade, killedInTheMiddle, signOut, type Acknowledged } from './killed-server.ts'

const TORTURE = process.env['COATCHECK_TORTURE'] === '1'
const ROUNDS = TORTURE ? 20 : 3
const HASTY_SERVER = fileURLToPath(new URL('hasty-server.ts', import.meta.url))

/** What was acknowledged, and after the restart is not so. */
async function broken(
  server: ServerProcess,
  { registered, signedOut, signOutUnanswered, unanswered }: Acknowledged,
): Promise<readonly string[]> {
  const lost = await Promise.all(
    registered.map(async ({ email, cookie }) => {
      const view = await ask(server, cookie)
      return view.user?.email === email ? [] : [`registration of ${email} was lost`]
    }),
  )
  const undone = await Promise.all(
    signedOut.map(async ({ email, cookie }) =>
      (await ask(server, cookie)).user === null ? [] : [`sign-out of ${email} was undone`],
    ),
  )
  const retried = await Promise.all(
    signOutUnanswered.map(async (held) => {
      if (!(await signOut(server, held))) return [`the retried sign-out of ${held.email} was refused`]
      return (await ask(server, held.cookie)).user === null
        ? []
        : [`the retried sign-out of ${held.email} ended nothing`]
    }),
  )
  const half = await Promise.all(
    unanswered.map(async (email) => ((await halfMade(server, email)) ? [`${email} was half made`] : [])),
  )
  return [...lost, ...undone, ...retried, ...half].flat()
}

for (const kind of STORES) {
  describe(`a server on ${kind} that is killed with kill -9 [promises 1, 2, 8, 11]`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'coatcheck-kill-'))
    let database: TestDatabase | null = null
    let environment: Record<string, string> = {}
    before(async () => {
      if (kind === 'postgres') database = await createTestDatabase()
      environment = {
        COATCHECK_DATABASE: database?.url ?? join(folder, 'kill.db'),
        // The cookie's name has the port in it: a restart must be at the same one.
        PORT: String(await freePort()),
        COATCHECK_KEYS: Buffer.alloc(32, 9).toString('base64'),
      }
    })
    after(async () => {
      await database?.drop()
      rmSync(folder, { recursive: true })
    })

    const afterRestart = async (acknowledged: Acknowledged): Promise<readonly string[]> => {
      const server = await startServer(environment)
      try {
        return await broken(server, acknowledged)
      } finally {
        await server.stop()
      }
    }

    test(`loses no acknowledged registration, undoes no acknowledged sign-out, and takes a retried one, ${ROUNDS} times`, async (context) => {
      const totals = { registered: 0, signedOut: 0, retried: 0 }
      const retriedEnough = (): boolean => totals.retried > 0
      // A kill need not hit a sign-out that is under way, but one of a few does.
      for (let round = 0; round < ROUNDS || (!retriedEnough() && round < 5 * ROUNDS); round += 1) {
        const acknowledged = await killedInTheMiddle(() => startServer(environment), `${kind}-${round}`)
        assert.deepEqual(await afterRestart(acknowledged), [])
        totals.registered += acknowledged.registered.length
        totals.signedOut += acknowledged.signedOut.length
        totals.retried += acknowledged.signOutUnanswered.length
      }
      context.diagnostic(
        `${ROUNDS} kills: ${totals.registered} registrations and ${totals.signedOut} sign-outs acknowledged, all kept; ${totals.retried} sign-outs retried`,
      )
      assert.ok(totals.registered > 0 && totals.signedOut > 0, 'something was acknowledged before the kill')
      assert.ok(retriedEnough(), 'a sign-out was under way at the kill')
    })

    test('the mutant that answers before it has written is caught', async () => {
      const found: string[] = []
      const seen = (kindOfLoss: string): boolean => found.some((line) => line.startsWith(kindOfLoss))
      for (let round = 0; round < 10 && !(seen('registration') && seen('sign-out')); round += 1) {
        const acknowledged = await killedInTheMiddle(
          () => startServer(environment, HASTY_SERVER),
          `${kind}-hasty-${round}`,
        )
        found.push(...(await afterRestart(acknowledged)))
      }
      assert.ok(seen('registration'), 'a lost registration is seen')
      assert.ok(seen('sign-out'), 'an undone sign-out is seen')
    })
  })
}
