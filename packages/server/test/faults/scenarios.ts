import assert from 'node:assert/strict'
import { StoreUnavailable } from '../../src/core/errors.ts'
import { rotateSession } from '../../src/core/session/rotate-session.ts'
import type { ChangeFeed } from '../../src/core/session/change-feed.ts'
import type { SessionStore } from '../../src/core/session/session-store.ts'
import type { Store } from '../../src/core/store.ts'
import { openScene, PASSWORD, type Scene, type StoreKind } from '../support/scene.ts'

/** What stands between the core and the real store: nothing, an outage, or a defect made on purpose. */
export type Layer = (sessions: SessionStore) => SessionStore

/** A promise as a test: it resolves when it holds over this store with this layer, and rejects when it is broken. */
export type Scenario = (kind: StoreKind, layer?: Layer) => Promise<void>

const SOURCE = { address: null, userAgent: null }
const COOKIE = '__Host-Http-session'

/** Session operations, some of them replaced. */
export function replacing(replacement: (sessions: SessionStore) => Partial<SessionStore>): Layer {
  return (sessions) => {
    const replaced = replacement(sessions)
    return new Proxy(sessions, { get: (inner, name) => member(name in replaced ? replaced : inner, name) })
  }
}

function member(of: object, name: string | symbol): unknown {
  const found: unknown = Reflect.get(of, name)
  return typeof found === 'function' ? (found.bind(of) as unknown) : found
}

/** Promise 4: a node that cannot know answers 503. */
export const unknownIs503: Scenario = async (kind, layer) => {
  const state = { down: false }
  const outage = replacing((sessions) => ({
    find: (id) =>
      state.down ? Promise.reject(new StoreUnavailable('away', { outcome: 'nothing-written' })) : sessions.find(id),
  }))
  await onScene(kind, layer, { layer: outage, isOn: () => state.down }, async (scene) => {
    const browser = scene.browser()
    await browser.signUp({ email: 'known@example.org', password: PASSWORD })
    assert.ok((await browser.view()).user)
    state.down = true
    assert.equal((await browser.get('/v1/session')).status, 503)
    state.down = false
    assert.ok((await browser.view()).user)
  })
}

/** Promise 10: rotation leaves one live secret beyond the grace, and only one request of many rotates. */
export const rotationLeavesOneSecret: Scenario = (kind, layer) =>
  onScene(kind, layer, undefined, async (scene) => {
    const old = scene.browser()
    await old.signUp({ email: 'rotated@example.org', password: PASSWORD })
    const rotations = await Promise.all([1, 2, 3].map(() => rotateSession(scene.core, old.token, SOURCE)))
    const winners = rotations.filter((rotation) => rotation !== null)
    assert.equal(winners.length, 1)
    const fresh = scene.browser()
    fresh.cookies.set(COOKIE, winners[0]?.token ?? '')
    assert.ok((await fresh.view()).user)
    await scene.clock.advance(30_000)
    assert.equal((await old.view()).user, null)
    assert.ok((await fresh.view()).user)
  })

/** Promise 12: no session is accepted after its absolute end. */
export const endsAtItsAbsoluteEnd: Scenario = (kind, layer) =>
  onScene(
    kind,
    layer,
    undefined,
    async (scene) => {
      const browser = scene.browser()
      const { session } = await browser.signUp({ email: 'ended@example.org', password: PASSWORD })
      await scene.clock.advance(Date.parse(session?.expiresAt ?? '') - (await scene.clock.now()) - 1)
      assert.ok((await browser.view()).user)
      await scene.clock.advance(1)
      assert.equal((await browser.view()).user, null)
    },
    { absoluteSeconds: 600, idleSeconds: 600 },
  )

async function onScene(
  kind: StoreKind,
  layer: Layer | undefined,
  outage: { readonly layer: Layer; isOn(): boolean } | undefined,
  run: (scene: Scene) => Promise<void>,
  policy = { absoluteSeconds: 86_400, idleSeconds: 86_400 },
): Promise<void> {
  const wrapStore = (store: Store): Store => {
    const real = outage?.layer(store.sessions) ?? store.sessions
    const beat: ChangeFeed['beat'] = (leaseMs) =>
      outage?.isOn() ? Promise.reject(new Error('away')) : store.changes.beat(leaseMs)
    const changes = new Proxy(store.changes, { get: (inner, name) => (name === 'beat' ? beat : member(inner, name)) })
    return { ...store, sessions: layer?.(real) ?? real, changes }
  }
  const scene = await openScene(kind, { policy, wrapStore })
  try {
    await run(scene)
  } finally {
    await scene.close()
  }
}
