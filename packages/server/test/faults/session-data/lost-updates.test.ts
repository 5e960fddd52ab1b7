import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PASSWORD } from '../../support/scene.ts'
import { createTestDatabase, type TestDatabase } from '../../stores/postgres-fixture.ts'
import { beginSlowHandler, lostCounts, lostKeys, newVisitor, Nodes, SERVICE, valuesOf } from './lost-updates.ts'

const TORTURE = process.env['COATCHECK_TORTURE'] === '1'
const COUNTS = { writers: 16, each: TORTURE ? 10_000 : 100 }
const CONTROL_COUNTS = { writers: 16, each: TORTURE ? 1_000 : 25 }
const ROUNDS = TORTURE ? 2_000 : 50
const SLOW_MS = 5_000

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

describe('session data on three nodes with one PostgreSQL [promise 7]', () => {
  let database: TestDatabase
  let nodes: Nodes
  before(async () => {
    database = await createTestDatabase()
    nodes = await Nodes.start(file('data-server.ts'), {
      COATCHECK_URL: SERVICE,
      COATCHECK_DATABASE: database.url,
      COATCHECK_KEYS: randomBytes(32).toString('base64'),
    })
  })
  after(async () => {
    await nodes.stop()
    await database.drop()
  })

  test('requests of one session that change different keys at once lose nothing', async () => {
    assert.equal(await lostKeys(nodes, ROUNDS), 0)
  })

  test(`${COUNTS.writers} writers who count ${COUNTS.each} times each lose nothing`, async (context) => {
    const startedAt = performance.now()
    assert.equal(await lostCounts(nodes, COUNTS), 0)
    const seconds = (performance.now() - startedAt) / 1_000
    const rate = Math.round((COUNTS.writers * COUNTS.each) / seconds)
    context.diagnostic(`${COUNTS.writers * COUNTS.each} counts, none lost, ${rate} a second`)
  })

  test('the mutant: counting by a read and a write is seen to lose', async (context) => {
    const lost = await lostCounts(nodes, { writers: 16, each: 25, path: '/count-in-two-steps' })
    context.diagnostic(`in two steps, ${lost} of 400 counts were lost`)
    assert.ok(lost > 0)
  })

  test('a handler of five seconds that writes after a sign-out is refused, and revives nothing [promise 2]', async () => {
    const signUp = await nodes.send('POST', '/v1/sign-up', '', { email: 'slow@example.org', password: PASSWORD })
    assert.equal(signUp.status, 201)
    const cookie = signUp.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const slow = await beginSlowHandler(nodes, cookie, SLOW_MS)
    assert.equal((await nodes.send('POST', '/v1/sign-out', cookie, {})).status, 204)
    const late = await slow.answer
    assert.deepEqual([late.status, await late.json()], [409, { code: 'session-ended' }])
    for (let node = 0; node < 3; node += 1) {
      const who = (await (await nodes.send('GET', '/v1/session', cookie)).json()) as { readonly user: unknown }
      assert.equal(who.user, null)
      assert.deepEqual(await valuesOf(nodes, cookie), {})
    }
    const rows = await database.query(`select 1 from coatcheck.sessions join coatcheck.users on users.id = user_id
where email = 'slow@example.org'`)
    assert.deepEqual(rows, [])
    assert.deepEqual(await database.query(`select 1 from coatcheck.session_data where key in ('begun', 'late')`), [])
  })
})

describe('the control: the same over express-session with connect-pg-simple', () => {
  let database: TestDatabase
  let nodes: Nodes
  before(async () => {
    database = await createTestDatabase()
    nodes = await Nodes.start(file('express-data-server.ts'), { COATCHECK_DATABASE: database.url })
    await newVisitor(nodes)
  })
  after(async () => {
    await nodes.stop()
    await database.drop()
  })

  test('is seen to lose what different keys were set to at once', async (context) => {
    const lost = await lostKeys(nodes, ROUNDS)
    context.diagnostic(`express-session: ${lost} of ${ROUNDS * 4} writes to different keys were lost`)
    assert.ok(lost > 0)
  })

  test('is seen to lose counts', async (context) => {
    const { writers, each } = CONTROL_COUNTS
    const lost = await lostCounts(nodes, CONTROL_COUNTS)
    context.diagnostic(`express-session: ${lost} of ${writers * each} counts were lost`)
    assert.ok(lost > 0)
  })

  test('is seen to bring a session back that had been signed out', async () => {
    const cookie = await newVisitor(nodes)
    const slow = await beginSlowHandler(nodes, cookie, 500)
    assert.equal((await nodes.send('POST', '/sign-out', cookie)).status, 204)
    assert.deepEqual(await valuesOf(nodes, cookie), {}, 'it was gone')
    const late = await slow.answer
    assert.deepEqual([late.status, await late.text()], [200, 'null'])
    assert.equal((await valuesOf(nodes, cookie))['late'], true, 'and came back')
  })
})
