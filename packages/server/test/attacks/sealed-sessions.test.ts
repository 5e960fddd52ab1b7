import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { rotateSession } from '../../src/core/session/rotate-session.ts'
import { sealedSessionId, writeClaims } from '../../src/core/session/sealed-session.ts'
import { aHash } from '../../src/testing/contract/records.ts'
import { COOKIE, type SealedNode, type SealedNodes, sealedNodes, SOURCE } from '../support/sealed-nodes.ts'
import { START, STORES } from '../support/scene.ts'

const LEASE_MS = 1_000
const DAY_MS = 86_400_000

for (const kind of STORES) {
  describe(`sealed sessions over ${kind}, on two nodes`, () => {
    let nodes: SealedNodes
    let here: SealedNode
    let there: SealedNode
    before(async () => {
      nodes = await sealedNodes(kind)
      here = await nodes.open()
      there = await nodes.open()
    })
    after(() => nodes.close())

    const beat = async (): Promise<void> => {
      await here.beat()
      await there.beat()
    }
    /** A session that both nodes have in memory. */
    const held = async () => {
      const user = await nodes.register()
      await beat()
      const token = await here.start(user)
      assert.ok((await here.accepts(token)) && (await there.accepts(token)))
      return { user, token, id: (await here.check(token)).ok ? idOf(await here.check(token)) : '' }
    }
    const idOf = (check: Awaited<ReturnType<SealedNode['check']>>): string => {
      assert.ok(check.ok)
      return check.signedIn.session.id
    }

    test('a check under the lease asks the database nothing, and shows the user of the row', async () => {
      const { user, token } = await held()
      const { reads } = there
      for (let check = 0; check < 10; check += 1) {
        const answer = await there.check(token)
        assert.ok(answer.ok)
        assert.equal(answer.signedIn.user.email, user.email)
        assert.deepEqual(answer.signedIn.session.methods, ['password'])
      }
      assert.equal(there.reads, reads)
    })

    test('L1 a cookie replayed after its sign-out is refused here at once, there with the next heartbeat', async () => {
      const { token } = await held()
      await here.signOut(token)
      assert.equal(await here.accepts(token), false)
      assert.equal(await there.accepts(token), true, 'answered from memory: the lease has not run out')
      await there.beat()
      assert.equal(await there.accepts(token), false)
    })

    test('L1 and where no heartbeat comes, when the lease has run out', async () => {
      const { token } = await held()
      await here.signOut(token)
      await nodes.clock.advance(LEASE_MS - 1)
      assert.equal(await there.accepts(token), true)
      await nodes.clock.advance(1)
      assert.equal(await there.accepts(token), false)
    })

    test('an answer of the database that was under way when the session ended is not kept', async () => {
      const { token, id } = await held()
      there.core.leased.forget({ kind: 'session', id })
      const slow = there.check(token)
      await here.signOut(token)
      await there.beat()
      await slow
      assert.equal(await there.accepts(token), false)
    })

    test('S5 the end of all sessions raises the epoch: those before are over on every node, those after live', async () => {
      const { user, token } = await held()
      await here.core.store.sessions.revokeByUser(user.id)
      await there.beat()
      assert.equal(await here.accepts(token), false)
      assert.equal(await there.accepts(token), false)
      const next = await here.start(user)
      assert.ok((await here.accepts(next)) && (await there.accepts(next)))
    })

    test('a sign-in that was under way when all sessions ended is over before it is used', async () => {
      const { user } = await held()
      const found = await here.core.store.credentials.findPassword({ email: user.email })
      assert.ok(found)
      await there.core.store.sessions.revokeByUser(user.id)
      assert.equal(await here.accepts(await here.start(user, found)), false)
    })

    test('the one that was spared lives with its old cookie; one that was over is not brought back by sparing it', async () => {
      const { user, token: first, id: firstId } = await held()
      const second = await here.start(user)
      const secondId = idOf(await here.check(second))
      const end = (except: string) => here.core.store.sessions.revokeByUser(user.id, except)
      const living = async () => {
        await there.beat()
        const both = [await there.accepts(first), await there.accepts(second)]
        assert.deepEqual([await here.accepts(first), await here.accepts(second)], both)
        return both
      }
      await end(firstId)
      assert.deepEqual(await living(), [true, false])
      // Asked for at the same moment, and done after: the second was over by then.
      await end(secondId)
      assert.deepEqual(await living(), [false, false])
      const third = await here.start(user)
      const thirdId = idOf(await here.check(third))
      await end(thirdId)
      await end(thirdId)
      await there.beat()
      assert.equal(await there.accepts(third), true, 'spared again and again')
      await here.core.store.sessions.revokeByUser(user.id)
      await there.beat()
      assert.equal(await there.accepts(third), false)
    })

    test('a changed password ends all but the one it is told to keep; disabling ends all, and enabling brings none back', async () => {
      const { user, token, id } = await held()
      const other = await here.start(user)
      const found = await here.core.store.credentials.findPassword({ email: user.email })
      const { credentialRevision = 0 } = found ?? {}
      const change = { userId: user.id, credentialRevision, passwordHash: aHash(), keepSessionId: id }
      assert.ok(await here.core.store.credentials.changePassword(change))
      await there.beat()
      assert.deepEqual([await there.accepts(token), await there.accepts(other)], [true, false])
      await assert.rejects(here.start(user, found ?? undefined), /user-changed/)
      await here.core.store.users.disable(user.id, await nodes.clock.now())
      await there.beat()
      assert.equal(await there.accepts(token), false)
      await here.core.store.users.enable(user.id)
      await there.beat()
      assert.deepEqual([await here.accepts(token), await there.accepts(token)], [false, false])
    })

    test('F5 a rotation: the cookie before has what it had, and 30 seconds from when the new one comes; one rotation of 20 wins', async () => {
      const { token } = await held()
      const now = (await nodes.clock.now()) + 5
      const all = await Promise.all(
        Array.from({ length: 20 }, () => rotateSession(here.core, token, SOURCE, now, COOKIE)),
      )
      const [rotated, ...others] = all.filter((one) => one !== null)
      assert.ok(rotated)
      assert.deepEqual(others, [])
      await there.beat()
      const authenticatedAt = async (one: string) => {
        const check = await there.check(one)
        return check.ok ? check.signedIn.session.authenticatedAt : null
      }
      assert.equal(await authenticatedAt(token), now - 5)
      assert.equal(await authenticatedAt(rotated.token), now)
      await nodes.clock.advance(30_000)
      assert.equal(await authenticatedAt(token), null)
      assert.equal(await authenticatedAt(rotated.token), now)
      await here.signOut(rotated.token)
      await there.beat()
      assert.equal(await authenticatedAt(rotated.token), null)
    })

    test('L9 whoever signs out with the cookie before a rotation ends the one after, too', async () => {
      const { token } = await held()
      const rotated = await rotateSession(here.core, token, SOURCE, undefined, COOKIE)
      await there.signOut(token)
      await here.beat()
      assert.equal(await here.accepts(rotated?.token ?? ''), false)
    })

    test('what is remembered of a revocation outlasts the session: a clock that was ahead brings none back', async () => {
      const { token } = await held()
      const rotated = await rotateSession(here.core, (await held()).token, SOURCE, undefined, COOKIE)
      await here.signOut(token)
      const forget = async (aheadMs: number) => {
        const now = (await nodes.clock.now()) + aheadMs
        return here.core.store.sessions.deleteExpired({ now, idleSince: 0 }, 1_000)
      }
      await forget(0)
      // The clock is ahead for so long that the deletion runs, and is put right.
      await forget((7 + 29) * DAY_MS)
      assert.equal(await here.accepts(token), false)
      assert.equal(await here.accepts(rotated?.token ?? ''), true)
      await nodes.clock.advance(7 * DAY_MS)
      assert.ok((await forget(30 * DAY_MS)) > 0)
      const check = await here.check(token)
      assert.ok(!check.ok && check.reason === 'expired')
    })

    test('an ID that is no sealed session’s ends nothing; a true one ends once, and never by somebody else’s word', async () => {
      const { token, id } = await held()
      for (const junk of ['', 'x', randomBytes(48).toString('base64url')]) {
        assert.equal(await here.core.store.sessions.revoke(junk), false)
      }
      assert.equal(await here.core.store.sessions.revoke(id, (await nodes.register()).id), false)
      assert.equal(await here.accepts(token), true)
      assert.equal(await here.core.store.sessions.revoke(id), true)
      assert.equal(await here.core.store.sessions.revoke(id), false)
      assert.equal(await here.accepts(token), false)
    })

    test('S1 every bit flipped, truncated, extended: nobody, and the database is not asked', async () => {
      const { token } = await held()
      const bytes = Buffer.from(token, 'base64')
      const { reads } = here
      for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
        const forged = Buffer.from(bytes)
        forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        assert.equal(await here.accepts(forged.toString('base64')), false, `bit ${bit}`)
      }
      for (let length = 0; length < token.length; length += 1) {
        assert.equal(await here.accepts(token.slice(0, length)), false, `${length} characters`)
      }
      const others = [
        `${token}A`,
        `${token}=`,
        ` ${token}`,
        `"${token}"`,
        token.replaceAll('+', ' '),
        'A'.repeat(5_000),
      ]
      for (const other of [...others, bytes.toString('base64url'), '', writeClaims(claimsOfNobody())]) {
        if (other !== token) assert.equal(await here.accepts(other), false, other.slice(0, 80))
      }
      assert.equal(here.reads, reads)
      assert.ok(await here.accepts(token))
    })

    test('S3 a cookie moved to another name is nobody’s', async () => {
      const { token } = await held()
      for (const name of [`${COOKIE}-x`, 'coatcheck-4000', '']) assert.equal((await here.check(token, name)).ok, false)
    })

    test('S5 under a key that was removed it does not open; with both, it does', async () => {
      const { user } = await held()
      const [older, newer] = [randomBytes(32), randomBytes(32)]
      const before = await nodes.open([older])
      const token = await before.start(user)
      assert.ok(await (await nodes.open([newer, older])).accepts(token))
      const without = await nodes.open([newer])
      assert.equal(await without.accepts(token), false)
      assert.equal(without.reads, 0)
    })

    test('S5 a key that a running server takes up opens at once, and one that it drops no longer', async () => {
      const { user } = await held()
      const [older, newer] = [randomBytes(32), randomBytes(32)]
      const node = await nodes.open([older])
      await node.beat()
      const token = await node.start(user)
      assert.ok(await node.accepts(token))
      node.core.sealer?.replace([newer, older])
      const next = await node.start(user)
      assert.ok((await node.accepts(token)) && (await node.accepts(next)))
      node.core.sealer?.replace([newer])
      assert.deepEqual([await node.accepts(token), await node.accepts(next)], [false, true])
      // A server that slept through the rotation looks at its keys before it refuses.
      const late = await nodes.open([older])
      late.core.sealer?.beforeRefusing(() => (late.core.sealer?.replace([newer]), true))
      assert.ok(await late.accepts(next))
    })

    test('F7 two users whose sessions got one ID from a broken random source are never taken for each other', async () => {
      const [ada, bob] = [await nodes.register(), await nodes.register()]
      await beat()
      const expiresAt = START + 300 * DAY_MS
      const id = sealedSessionId({ bytes: (size) => new Uint8Array(size) }, expiresAt)
      const now = await nodes.clock.now()
      const cookieOf = (userId: string): string =>
        here.core.sealer?.seal(COOKIE, { ...claimsOfNobody(), sessionId: id, userId, expiresAt, createdAt: now }) ?? ''
      const cookies = [cookieOf(ada.id), cookieOf(bob.id)]
      for (let round = 0; round < 3; round += 1) {
        const checks = await Promise.all([...cookies, ...cookies].map((cookie) => here.check(cookie)))
        const names = checks.map((check) => check.ok && check.signedIn.user.email)
        assert.deepEqual(names, [ada.email, bob.email, ada.email, bob.email])
      }
    })

    test('the cookie is far from the 4,096 bytes that browsers keep', async () => {
      const { token } = await held()
      assert.ok(token.length < 512, `${token.length} characters`)
    })
  })
}

function claimsOfNobody() {
  const mark = randomBytes(16).toString('base64url')
  const expiresAt = START + DAY_MS
  const sessionId = sealedSessionId({ bytes: (size) => randomBytes(size) }, expiresAt)
  const times = { createdAt: START, expiresAt, authenticatedAt: START }
  return { sessionId, mark, userId: mark, epoch: 0, ...times, methods: ['password'] as const }
}
