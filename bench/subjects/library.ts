/** Coatcheck's library, as built, in an application of its own: every request goes to `auth.fetch` by @hono/node-server. */
import { serve } from '@hono/node-server'
import { coatcheck } from 'coatcheck'

const port = Number(process.env['PORT'])
const auth = await coatcheck({
  // Two nodes of one server have one URL, and so one name for their cookies.
  url: process.env['COATCHECK_URL'] ?? `http://localhost:${port}`,
  database: process.env['COATCHECK_DATABASE'],
  keys: [process.env['COATCHECK_KEYS'] ?? ''],
  // For what a check costs that always asks the store.
  ...(process.env['UNCACHED'] === '1' && { sessionCache: { maxSessions: 0 } }),
  log: { info: () => undefined, warn: console.warn, error: console.error },
})
serve({ fetch: (request) => auth.fetch(request, { clientAddress: '127.0.0.1' }), port, hostname: '127.0.0.1' })
process.once('SIGTERM', () => void auth.close().then(() => process.exit(0)))
