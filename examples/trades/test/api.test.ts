import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Running, start } from './scene.ts'
import { signUp, type Visitor } from './visitor.ts'

describe('GET and POST /trades', () => {
  let trades: Running
  let ada: Visitor
  const aTrade = { symbol: 'AAPL', side: 'buy', quantity: 40, price: 18_950 }
  before(async () => {
    trades = await start('api/src/main.ts')
    ada = await signUp(trades, 'ada@example.com')
  })
  after(() => trades?.stop())

  test('are for nobody who is not signed in, and say so in a way that the front-end can read', async () => {
    for (const method of ['GET', 'POST']) {
      const headers = { origin: trades.webUrl, 'content-type': 'application/json' }
      const response = await fetch(`${trades.apiUrl}/trades`, {
        method,
        headers,
        body: method === 'POST' ? '{}' : null,
      })
      assert.equal(response.status, 401)
      assert.equal(response.headers.get('content-type'), 'application/problem+json')
      assert.equal(response.headers.get('access-control-allow-origin'), trades.webUrl)
      assert.equal(((await response.json()) as { code: string }).code, 'not-signed-in')
    }
    const forged = await fetch(`${trades.apiUrl}/trades`, {
      headers: { cookie: `coatcheck-${trades.port}=${'A'.repeat(64)}` },
    })
    assert.equal(forged.status, 401)
  })

  test('answer the preflight of the front-end, and of no other origin', async () => {
    const ask = (origin: string): Promise<Response> =>
      fetch(`${trades.apiUrl}/trades`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      })
    const ours = await ask(trades.webUrl)
    assert.equal(ours.status, 204)
    assert.equal(ours.headers.get('access-control-allow-origin'), trades.webUrl)
    assert.equal(ours.headers.get('access-control-allow-credentials'), 'true')
    assert.equal(ours.headers.get('access-control-allow-methods'), 'POST')
    for (const origin of ['https://evil.example', 'http://localhost:1', 'null', `${trades.webUrl}.evil.example`]) {
      const theirs = await ask(origin)
      assert.equal(theirs.status, 403, origin)
      assert.equal(theirs.headers.get('access-control-allow-origin'), null, origin)
    }
  })

  test('do nothing for a page of another origin, whatever cookie comes along', async () => {
    for (const origin of ['https://evil.example', 'http://localhost:1', 'null', undefined]) {
      const response = await ada.send('POST', JSON.stringify(aTrade), { origin })
      assert.equal(response.status, 403, origin)
      assert.equal(response.headers.get('access-control-allow-origin'), null)
      const read = await ada.send('GET', null, { origin })
      assert.equal(read.headers.get('access-control-allow-origin'), null, 'the answer stays unreadable')
    }
    assert.deepEqual(await ada.trades(), [])
  })

  test('keep each user to their own', async () => {
    const eve = await signUp(trades, 'eve@example.com')
    const recorded = await ada.send('POST', JSON.stringify(aTrade))
    assert.equal(recorded.status, 201)
    const [trade, ...others] = await ada.trades()
    assert.deepEqual(others, [])
    assert.partialDeepStrictEqual(trade, aTrade)
    assert.deepEqual(await eve.trades(), [])
    const asAda = JSON.stringify({ ...aTrade, user_id: ada.userId, userId: ada.userId })
    assert.equal((await eve.send('POST', asAda)).status, 400)
    assert.equal((await eve.send('GET', null, {}, `?user_id=${ada.userId}&userId=${ada.userId}`)).status, 200)
    assert.deepEqual(await eve.trades(`?user_id=${ada.userId}`), [])
    assert.equal((await ada.trades()).length, 1)
  })

  test('name the field of a trade that is none, and record nothing [J1, J3, J5, J7, J9]', async () => {
    const grace = await signUp(trades, 'grace@example.com')
    const junk: readonly unknown[] = [null, true, false, [], {}, { $gt: '' }, '', '<b>', '1e9', -1, 0, 0.5, 1e300, -0]
    const worse = ['"\\ud800"', '1e999', '{"__proto__":{"x":1}}', '"__proto__"', '9007199254740993']
    for (const field of ['symbol', 'side', 'quantity', 'price']) {
      for (const value of [...junk.map((one) => JSON.stringify(one)), ...worse]) {
        const body = JSON.stringify({ ...aTrade, [field]: '?' }).replace('"?"', () => value)
        const response = await grace.send('POST', body)
        assert.equal(response.status, 400, body)
        const problem = (await response.json()) as { code: string; errors: { path: string; message: string }[] }
        assert.equal(problem.code, 'invalid-request')
        assert.deepEqual([...new Set(problem.errors.map(({ path }) => path.split('.')[0]))], [field], body)
      }
    }
    const noTrades = [
      '',
      '{',
      'null',
      '[]',
      '"AAPL"',
      '0',
      'NaN',
      `[${JSON.stringify(aTrade)}]`,
      '{"__proto__":{"symbol":"A"}}',
    ]
    for (const body of noTrades) assert.equal((await grace.send('POST', body)).status, 400, body)
    const withBom = `\ufeff${JSON.stringify(aTrade)}`
    assert.equal((await grace.send('POST', withBom)).status, 400)
    const notUtf8 = Buffer.from(JSON.stringify({ ...aTrade, symbol: 'A\u00ff' }), 'latin1')
    assert.equal((await grace.send('POST', notUtf8)).status, 400)
    const polluted = await grace.send(
      'POST',
      `{"__proto__":{"x":1},"constructor":{"prototype":{"x":1}},${JSON.stringify(aTrade).slice(1)}`,
    )
    assert.equal(polluted.status, 400)
    assert.deepEqual(await grace.trades(), [])
  })

  test('take JSON only, and not much of it [J13]', async () => {
    const henry = await signUp(trades, 'henry@example.com')
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
      '',
    ]) {
      const response = await henry.send('POST', JSON.stringify(aTrade), { 'content-type': type })
      assert.equal(response.status, 415, type)
    }
    const zipped = await henry.send('POST', JSON.stringify(aTrade), { 'content-encoding': 'gzip' })
    assert.equal(zipped.status, 415)
    const long = await henry.send('POST', JSON.stringify({ ...aTrade, symbol: 'A'.repeat(2_000) }))
    assert.equal(long.status, 413)
    assert.equal(long.headers.get('access-control-allow-origin'), trades.webUrl)
    assert.deepEqual(await henry.trades(), [])
  })

  test('end with the session', async () => {
    const ivy = await signUp(trades, 'ivy@example.com')
    assert.equal((await ivy.send('POST', null, {}, '', '/v1/sign-out')).status, 204)
    assert.equal((await ivy.send('GET', null)).status, 401)
    assert.equal((await ivy.send('POST', JSON.stringify(aTrade))).status, 401)
  })

  test('are answered 405 by another method, and other paths 404, as problems', async () => {
    for (const method of ['DELETE', 'PUT', 'PATCH']) {
      const other = await ada.send(method, null)
      assert.equal(other.status, 405)
      assert.equal(other.headers.get('content-type'), 'application/problem+json')
      assert.equal(other.headers.get('allow'), 'HEAD, GET, POST, OPTIONS')
      assert.equal(other.headers.get('access-control-allow-origin'), trades.webUrl, 'the page can read it')
      const { type, status, code } = (await other.json()) as Readonly<Record<string, unknown>>
      assert.deepEqual(
        { type, status, code },
        { type: '/problems/method-not-allowed', status: 405, code: 'method-not-allowed' },
      )
    }
    const nowhere = await fetch(`${trades.apiUrl}/nowhere`)
    assert.equal(nowhere.status, 404)
    assert.equal(nowhere.headers.get('content-type'), 'application/problem+json')
    for (const path of ['/docs', '/openapi.json', '/problems/busy', '/healthz']) {
      assert.equal((await fetch(trades.apiUrl + path)).status, 200, path)
    }
    assert.match(await (await fetch(trades.apiUrl)).text(), /Hello, stranger/)
  })
})
