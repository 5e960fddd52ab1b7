import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, test } from 'node:test'
import { startPostgres, type TestPostgres } from '../../../../tools/postgres.ts'
import { coatcheck, StoreUnavailable, type Auth } from '../../src/index.ts'
import { PASSWORD } from '../support/scene.ts'

const URL = 'http://localhost:4000'
const LEASE_MS = 3_000
const PATIENCE_MS = 20_000

/** Waits until something is so. @throws what was asked last, when it never is */
async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await isSo())) {
    assert.ok(performance.now() < deadline, 'it never came about')
    await wait(20)
  }
}

describe('when the store goes away, and comes back [promises 4, 11]', () => {
  let server: TestPostgres
  let auth: Auth
  before(async () => {
    server = await startPostgres()
    const keys = [Buffer.alloc(32, 3).toString('base64')]
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
    auth = await coatcheck({ url: URL, database: server.url, keys, leaseMs: LEASE_MS, log })
  })
  after(async () => {
    await auth.close()
    await server.stop()
  })

  test('a session in memory is answered until the lease ends, nobody after that, and everybody again by itself', async () => {
    const signedUp = await auth.fetch(
      new Request(`${URL}/v1/sign-up`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: URL },
        body: JSON.stringify({ email: 'ada@example.org', password: PASSWORD }),
      }),
    )
    const cookie = signedUp.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const request = new Request(`${URL}/v1/session`, { headers: { cookie } })
    await until(async () => (await auth.check(request)) !== null && auth.metrics().hits > 0)

    await server.crash()
    assert.equal((await auth.check(request))?.user.email, 'ada@example.org', 'from memory: the lease runs')
    await assert.rejects(auth.check(request, { fresh: true }), StoreUnavailable)
    await until(() => !auth.metrics().leaseLive)
    await assert.rejects(auth.check(request), StoreUnavailable)
    assert.equal((await auth.fetch(request)).status, 503)

    await server.restart()
    await until(() => auth.metrics().leaseLive)
    assert.equal((await auth.check(request))?.user.email, 'ada@example.org')
  })
})
