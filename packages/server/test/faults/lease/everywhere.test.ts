import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { Auth } from '../../../src/auth.ts'
import { coatcheck } from '../../../src/coatcheck.ts'
import { KeyRing } from '../../../src/core/key-ring.ts'
import { createTestDatabase, type TestDatabase } from '../../stores/postgres-fixture.ts'
import { Population } from './population.ts'
import { Psql } from './psql.ts'
import type { Victim } from './subject.ts'
import { WireProxy } from './wire-proxy.ts'

const ROUNDS = process.env['COATCHECK_TORTURE'] === '1' ? 50 : 3
const SESSIONS = 10
const LEASE_MS = 500
const URL_OF_API = 'http://localhost:4000'
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }

describe("a revocation that waits for `everywhere`, while another node's feed says nothing [promise 3]", () => {
  let database: TestDatabase
  let proxy: WireProxy
  let psql: Psql
  let population: Population
  let near: Auth
  let far: Auth
  before(async () => {
    database = await createTestDatabase()
    proxy = await WireProxy.start(Number(new URL(database.url).port))
    const key = randomBytes(32)
    const options = { url: URL_OF_API, keys: [key.toString('base64')], leaseMs: LEASE_MS, log: SILENT }
    const viaProxy = new URL(database.url)
    viaProxy.port = String(proxy.port)
    near = await coatcheck({ ...options, database: database.url })
    far = await coatcheck({ ...options, database: viaProxy.href })
    psql = new Psql(database.url)
    population = new Population(psql, new KeyRing([key], 'session-token'))
  })
  after(async () => {
    await Promise.all([near.close(), far.close()])
    await psql.close()
    await proxy.close()
    await database.drop()
  })

  const isAccepted = async ({ target }: Victim): Promise<boolean> => {
    const request = new Request(`${URL_OF_API}/v1/session`, { headers: { cookie: `coatcheck-4000=${target.token}` } })
    return (await far.check(request)) !== null
  }

  /** How many of the sessions the far node accepts right after they were revoked at the near one. */
  const acceptedAfter = async (revoke: (sessionId: string) => Promise<boolean>): Promise<number> => {
    const victims = await Promise.all(Array.from({ length: SESSIONS }, () => population.next()))
    for (const victim of victims) assert.ok(await isAccepted(victim))
    proxy.set('hold', ['feed'])
    const accepted = await Promise.all(
      victims.map(async (victim) => {
        assert.ok(await revoke(victim.target.session))
        return isAccepted(victim)
      }),
    )
    proxy.set('pass', ['feed'])
    return accepted.filter(Boolean).length
  }

  test('is answered when no node accepts the session any more', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      assert.equal(await acceptedAfter((id) => near.sessions.revoke(id, { wait: 'everywhere' })), 0)
    }
  })

  test('and without the wait, that node would still accept it', async () => {
    let accepted = 0
    for (let round = 0; round < 10 && accepted === 0; round += 1) {
      accepted = await acceptedAfter((id) => near.sessions.revoke(id))
    }
    assert.ok(accepted > 0)
  })
})
