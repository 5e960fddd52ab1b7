import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openScene, PASSWORD, STORES } from '../support/scene.ts'
import { problemIn } from '../support/browser.ts'

const INSIDE = '10.0.0.9'

/** The samples of an answer, by name. */
function samples(text: string): Readonly<Record<string, number>> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return Object.fromEntries(
    lines.map((line) => {
      const match = /^coatcheck_([a-z_]+)\{pid="\d+"\} (\S+)$/.exec(line)
      assert.ok(match, line)
      return [match[1], Number(match[2])]
    }),
  )
}

for (const kind of STORES) {
  describe(`metrics over ${kind}`, () => {
    test('tell hits from reads, and what a revocation does to the cache', async () => {
      const scene = await openScene(kind)
      try {
        const ada = scene.browser()
        await ada.signUp({ email: 'ada@example.org', password: PASSWORD })
        for (let check = 0; check < 3; check += 1) assert.ok((await ada.view()).user)
        const inside = scene.browser(undefined, INSIDE)
        const answer = await inside.get('/metrics')
        assert.equal(answer.status, 200)
        assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
        const before = samples(await answer.text())
        assert.equal(before['checks_from_memory_total'], 2)
        assert.equal(before['session_reads_total'], 1)
        assert.equal(before['cached_sessions'], 1)
        assert.equal(before['lease_live'], 1)
        await ada.post('/v1/sign-out')
        const after = samples(await (await inside.get('/metrics')).text())
        assert.equal(after['cached_sessions'], 0)
        assert.ok((after['changes_heard_total'] ?? 0) > (before['changes_heard_total'] ?? 0))
      } finally {
        await scene.close()
      }
    })
  })
}

test('metrics are for those beside the server: not for strangers, nor for what a proxy has marked', async () => {
  const scene = await openScene('sqlite')
  try {
    await problemIn(await scene.browser().get('/metrics'), 'not-found')
    const proxied = scene.browser(undefined, INSIDE)
    for (const header of [
      'x-forwarded-for',
      'forwarded',
      'via',
      'x-forwarded-host',
      'x-forwarded-proto',
      'x-real-ip',
    ]) {
      await problemIn(await proxied.request('/metrics', { headers: { [header]: '198.51.100.1' } }), 'not-found')
    }
    await problemIn(await scene.auth.fetch(new Request('https://api.example.com/metrics')), 'not-found')
    assert.equal((await proxied.get('/metrics')).status, 200)
  } finally {
    await scene.close()
  }
})
