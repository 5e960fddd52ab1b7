import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { hash } from '@node-rs/argon2'
import { problemIn } from '../support/browser.ts'
import { openScene, PASSWORD, STORES, type Scene } from '../support/scene.ts'

for (const kind of STORES) {
  describe(`U, N, E: passwords and names over ${kind}`, () => {
    let scene: Scene
    before(async () => (scene = await openScene(kind)))
    after(() => scene.close())

    const signIn = async (identifier: string, password: string): Promise<number> =>
      (await scene.browser().post('/v1/sign-in', { identifier, password })).status

    test('U1 passwords that differ only far out are different', async () => {
      const long = 'a long road by the sea, '.repeat(4)
      await scene.browser().signUp({ email: 'u1@example.org', password: `${long}x` })
      assert.equal(await signIn('u1@example.org', `${long}y`), 401)
      assert.equal(await signIn('u1@example.org', long), 401)
      assert.equal(await signIn('u1@example.org', `${long}x`), 200)
    })

    test('U3 é typed as one letter or as two is the same password, and nothing else is', async () => {
      await scene.browser().signUp({ email: 'u3@example.org', password: 'un caf\u00e9 au bord de mer' })
      assert.equal(await signIn('u3@example.org', 'un cafe\u0301 au bord de mer'), 200)
      assert.equal(await signIn('u3@example.org', 'un caf\u00e9 au bord de mer'), 200)
      assert.equal(await signIn('u3@example.org', 'un cafe au bord de mer'), 401)
      assert.equal(await signIn('u3@example.org', 'un caf\u00c9 au bord de mer'), 401)
    })

    test('U5 spaces at the ends count', async () => {
      await scene.browser().signUp({ email: 'u5@example.org', password: ' a quiet place by it ' })
      assert.equal(await signIn('u5@example.org', 'a quiet place by it'), 401)
      assert.equal(await signIn('u5@example.org', ' a quiet place by it '), 200)
    })

    test('U9 a stored hash that was damaged is a refused sign-in', async () => {
      const view = await scene.browser().signUp({ email: 'u9@example.org', password: PASSWORD })
      const found = await scene.store.credentials.findPassword({ email: 'u9@example.org' })
      await scene.store.credentials.upgradePasswordHash(
        view.user?.id ?? '',
        found?.passwordHash ?? '',
        '$argon2id$broken',
      )
      assert.equal(await signIn('u9@example.org', PASSWORD), 401)
    })

    test('a weaker hash is replaced at the next sign-in, and signs nobody out', async () => {
      const browser = scene.browser()
      const view = await browser.signUp({ email: 'weak@example.org', password: PASSWORD })
      const before = await scene.store.credentials.findPassword({ email: 'weak@example.org' })
      const weak = await hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 })
      await scene.store.credentials.upgradePasswordHash(view.user?.id ?? '', before?.passwordHash ?? '', weak)
      assert.equal(await signIn('weak@example.org', PASSWORD), 200)
      const after = await scene.store.credentials.findPassword({ email: 'weak@example.org' })
      assert.match(after?.passwordHash ?? '', /m=19456,t=2/)
      assert.equal(await signIn('weak@example.org', PASSWORD), 200)
      assert.ok((await browser.view()).user)
    })

    test('a rejected password says why, and registers nobody', async () => {
      for (const [password, reason, words] of [
        ['too short', 'too-short', /at least 15/],
        ['passwordpassword', 'common', /try first/],
        ['aaaaaaaaaaaaaaaaa', 'predictable', /guessed/],
        ['reject@example.org', 'personal', /your address/],
      ] as const) {
        const problem = await problemIn(
          await scene.browser().post('/v1/sign-up', { email: 'reject@example.org', password }),
          'password-rejected',
        )
        assert.equal(problem.reason, reason)
        assert.match(problem.detail ?? '', words)
      }
      assert.equal(await scene.store.users.findTaken('reject@example.org', null), null)
    })

    test("N1 an address that only folds into another's does not take over their account", async () => {
      await scene.browser().signUp({ email: 'sam@example.org', password: PASSWORD })
      assert.equal(
        (await scene.browser().post('/v1/sign-up', { email: '\u017fam@example.org', password: PASSWORD })).status,
        201,
      )
      await problemIn(
        await scene.browser().post('/v1/sign-up', { email: 'SAM@EXAMPLE.org', password: PASSWORD }),
        'email-taken',
      )
      assert.equal(await signIn('\u017fam@example.org', 'not the password of sam'), 401)
    })

    test('N3, N5, N7 what no mail can go to cannot be registered', async () => {
      for (const email of [
        'ann＠example.org',
        'ann@example.org\r\nBcc: x@y.z',
        `${'a'.repeat(65)}@example.org`,
        'ann@example.org.',
        `a@${'b.'.repeat(130)}org`,
      ]) {
        const problem = await problemIn(
          await scene.browser().post('/v1/sign-up', { email, password: PASSWORD }),
          'invalid-request',
        )
        assert.equal(problem.errors?.[0]?.path, 'email', email)
      }
    })

    test('E3, E5 unknown, wrong and disabled are one answer: status, headers, body and grid', async () => {
      const view = await scene.browser().signUp({ email: 'off@example.org', password: PASSWORD })
      await scene.browser().signUp({ email: 'on@example.org', password: PASSWORD })
      await scene.auth.users.disable(view.user?.id ?? '')
      const answers = []
      for (const [identifier, password] of [
        ['nobody@example.org', PASSWORD],
        ['nobody', PASSWORD],
        ['no@body@here', PASSWORD],
        ['on@example.org', 'wrong'],
        ['off@example.org', PASSWORD],
        ['off@example.org', 'wrong'],
      ] as const) {
        const start = scene.clock.monotonicMs()
        const response = await scene.browser().post('/v1/sign-in', { identifier, password })
        const waited = scene.clock.monotonicMs() - start
        answers.push({ status: response.status, headers: [...response.headers], body: await response.text(), waited })
      }
      for (const answer of answers) assert.deepEqual(answer, answers[0])
      assert.equal(answers[0]?.waited, 250)
      const reasons = scene.events
        .filter((event) => event.type === 'sign-in.refused')
        .slice(-6)
        .map(({ reason }) => reason)
      assert.deepEqual(reasons, [
        'unknown-user',
        'unknown-user',
        'unknown-user',
        'wrong-password',
        'user-disabled',
        'wrong-password',
      ])
    })
  })
}
