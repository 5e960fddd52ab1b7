import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { problemIn, type Browser } from '../support/browser.ts'
import { openScene, PASSWORD, STORES, type Scene } from '../support/scene.ts'

const NOT_TEXT = [null, 0, 1, true, false, [], ['a@example.org'], {}, { $gt: '' }, { length: 20 }, [['x']], 1e308]

for (const kind of STORES) {
  describe(`J: types and objects over ${kind}`, () => {
    let scene: Scene
    before(async () => {
      scene = await openScene(kind)
      await scene.browser().signUp({ email: 'ann@example.org', username: 'ann', password: PASSWORD })
    })
    after(async () => {
      assert.deepEqual(scene.failures, [], 'nothing was a failure of ours')
      await scene.close()
    })

    const raw = (path: string, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
      scene
        .browser()
        .request(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })

    test('J1 anything but text in a field is named as such, at its path', async () => {
      const bodies = {
        '/v1/sign-up': { email: 'j1@example.org', password: PASSWORD, username: 'j1j1', name: 'J' },
        '/v1/sign-in': { identifier: 'ann', password: PASSWORD },
      }
      for (const [path, body] of Object.entries(bodies)) {
        for (const field of Object.keys(body)) {
          for (const value of NOT_TEXT) {
            if (value === null && (field === 'username' || field === 'name')) continue
            const problem = await problemIn(
              await raw(path, JSON.stringify({ ...body, [field]: value })),
              'invalid-request',
            )
            assert.equal(problem.errors?.[0]?.path, field, `${path} ${field}=${JSON.stringify(value)}`)
          }
        }
      }
      assert.equal((await scene.browser().post('/v1/sign-in', { identifier: 'j1j1', password: PASSWORD })).status, 401)
    })

    test('J1 a body that is no object is refused', async () => {
      for (const body of [
        'null',
        '1',
        '"x"',
        '[]',
        '[{}]',
        'true',
        '{',
        '',
        'undefined',
        '{"a":1}{"a":1}',
        "{'a':1}",
      ]) {
        await problemIn(await raw('/v1/sign-in', body), 'invalid-request')
      }
    })

    test('J3 prototype keys pollute nothing, and are refused by name', async () => {
      for (const key of ['__proto__', 'constructor', 'toString', 'prototype']) {
        const body = `{"identifier":"ann","password":"x","${key}":{"polluted":true,"prototype":{"polluted":true}}}`
        const problem = await problemIn(await raw('/v1/sign-in', body), 'invalid-request')
        assert.match(problem.errors?.[0]?.message ?? '', new RegExp(key))
      }
      const proto = '{"__proto__":{"identifier":"ann","password":"a quiet place by the sea"}}'
      await problemIn(await raw('/v1/sign-in', proto), 'invalid-request')
      assert.equal(({} as { polluted?: boolean }).polluted, undefined)
      await problemIn(await scene.browser().get('/problems/__proto__'), 'not-found')
      await problemIn(await scene.browser().get('/problems/constructor'), 'not-found')
    })

    test('J7 broken text is refused: bad UTF-8, a BOM, lone surrogates, numbers that are none', async () => {
      const bytes = Buffer.from('{"identifier":"ann?","password":"x"}')
      bytes[bytes.indexOf('?')] = 0xff
      await problemIn(await raw('/v1/sign-in', bytes), 'invalid-request')
      await problemIn(await raw('/v1/sign-in', '\ufeff{"identifier":"ann","password":"x"}'), 'invalid-request')
      await problemIn(await raw('/v1/sign-in', '{"identifier":"ann","password":"\\ud800"}'), 'invalid-request')
      await problemIn(await raw('/v1/sign-in', '{"identifier":"\\udfff","password":"x"}'), 'invalid-request')
      await problemIn(await raw('/v1/sign-in', '{"identifier":NaN,"password":"x"}'), 'invalid-request')
      await problemIn(await raw('/v1/sign-in', '{"identifier":1e999,"password":"x"}'), 'invalid-request')
    })

    test('J7 a NUL goes nowhere near the store', async () => {
      await problemIn(await raw('/v1/sign-in', '{"identifier":"ann\\u0000","password":"x"}'), 'invalid-credentials')
      await problemIn(
        await raw('/v1/sign-in', '{"identifier":"ann\\u0000@example.org","password":"x"}'),
        'invalid-credentials',
      )
      await problemIn(
        await raw('/v1/sign-up', `{"email":"nul\\u0000@example.org","password":"${PASSWORD}"}`),
        'invalid-request',
      )
      await problemIn(
        await raw('/v1/sign-up', `{"email":"nul@example.org","name":"a\\u0000","password":"${PASSWORD}"}`),
        'invalid-request',
      )
      assert.equal(
        (await raw('/v1/sign-up', '{"email":"nul@example.org","password":"a quiet \\u0000 place by the sea"}')).status,
        201,
      )
      assert.equal(
        (await raw('/v1/sign-in', '{"identifier":"nul@example.org","password":"a quiet \\u0000 place by the sea"}'))
          .status,
        200,
      )
      await problemIn(
        await raw('/v1/sign-in', '{"identifier":"nul@example.org","password":"a quiet "}'),
        'invalid-credentials',
      )
    })

    test('J7 a session ID from the path is only ever compared', async () => {
      const browser = scene.browser()
      await browser.post('/v1/sign-in', { identifier: 'ann', password: PASSWORD })
      for (const id of [
        '%00',
        '%ff',
        "'%20or%201=1",
        '..%2f..',
        'x'.repeat(5_000),
        '%F0%9F%91%8D',
        '%',
        '__proto__',
        '*',
      ]) {
        const response = await browser.delete(`/v1/sessions/${id}`)
        await problemIn(response, 'not-found')
      }
      assert.ok((await browser.view()).user)
    })

    test('J9 nobody acts for another: sessions of one user are not found by the other, and extra fields are refused', async () => {
      const ann = scene.browser()
      await ann.post('/v1/sign-in', { identifier: 'ann', password: PASSWORD })
      const annView = await ann.view()
      const bob: Browser = scene.browser()
      await bob.signUp({ email: 'bob@example.org', username: 'bob', password: PASSWORD })
      await problemIn(await bob.delete(`/v1/sessions/${annView.session?.id}`), 'not-found')
      for (const path of ['/v1/session', '/v1/sessions']) {
        const answer = await (await bob.get(`${path}?userId=${annView.user?.id}&user_id=${annView.user?.id}`)).text()
        assert.ok(!answer.includes(annView.user?.id ?? '?') && !answer.includes(annView.session?.id ?? '?'))
      }
      assert.equal((await bob.delete(`/v1/sessions?userId=${annView.user?.id}`)).status, 204)
      assert.deepEqual(await ann.view(), annView)
      const blank = { email: 'blank@example.org', password: PASSWORD, name: ' ', username: '' }
      assert.equal((await scene.browser().post('/v1/sign-up', blank)).status, 201)
      for (const extra of [
        'userId',
        'user_id',
        'id',
        'emailVerified',
        'createdAt',
        'credentialRevision',
        'disabledAt',
      ]) {
        const body = { email: `${extra}@example.org`, password: PASSWORD, [extra]: annView.user?.id }
        await problemIn(await bob.post('/v1/sign-up', body), 'invalid-request')
      }
    })

    test('J13 a compressed body, or one in another charset, is refused before it is read', async () => {
      for (const encoding of ['gzip', 'br', 'deflate', 'gzip, identity', 'x']) {
        await problemIn(await raw('/v1/sign-in', '{}', { 'content-encoding': encoding }), 'unsupported-media-type')
      }
      await problemIn(
        await raw('/v1/sign-in', '{}', { 'content-type': 'application/json; charset=iso-8859-1' }),
        'unsupported-media-type',
      )
      assert.equal(
        (
          await raw('/v1/sign-in', '{"identifier":"ann","password":"x"}', {
            'content-type': 'Application/JSON; charset="UTF-8"',
          })
        ).status,
        401,
      )
    })
  })
}
