// The mutant of kill.test.ts: a server that answers sign-ups and sign-outs at once, and writes them half a second later.
import { serve } from '@hono/node-server'
import { setTimeout as wait } from 'node:timers/promises'
import { createAuth } from '../../src/auth.ts'
import { DataRules } from '../../src/core/session-data/data-rules.ts'
import { FrontEnds } from '../../src/http/front-ends.ts'
import { openStore } from '../../src/open-store.ts'
import type { Store } from '../../src/core/store.ts'
import { assemble } from '../support/assemble.ts'

const LATE_MS = 500

const database = process.env['COATCHECK_DATABASE'] ?? ''
const port = Number(process.env['PORT'])
const { store, keys } = await openStore({
  database,
  keys: process.env['COATCHECK_KEYS']?.split(','),
  migrate: true,
  leaseMs: 1_000,
})

/** Says that it is done, and does it later. */
function hasty<Outcome>(write: () => Promise<Outcome>, answer: Outcome): Promise<Outcome> {
  wait(LATE_MS)
    .then(write)
    .catch(() => undefined)
  return Promise.resolve(answer)
}

const late: Store = {
  ...store,
  sessions: new Proxy(store.sessions, {
    get: (inner, name) =>
      name === 'revoke' ? (id: string) => hasty(() => inner.revoke(id), true) : bound(inner, name),
  }),
  users: new Proxy(store.users, {
    get: (inner, name) =>
      name === 'register'
        ? (registration: Parameters<typeof inner.register>[0]) => hasty(() => inner.register(registration), 'created')
        : bound(inner, name),
  }),
}

function bound(target: object, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name)
  return typeof member === 'function' ? (member.bind(target) as unknown) : member
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const auth = createAuth(
  assemble(late, { keys }),
  new FrontEnds(`http://localhost:${port}`, []),
  new DataRules(),
  silent,
  () => store.close(),
)
serve({ fetch: (request) => auth.fetch(request), port, hostname: '127.0.0.1' }, () => console.log('"listening"'))
