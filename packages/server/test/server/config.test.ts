import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigurationError } from '../../src/core/errors.ts'
import { readConfig } from '../../src/server/config.ts'

test('without any variable: localhost:4000, the embedded database, aal1', () => {
  const { port, host, options } = readConfig({})
  assert.deepEqual(
    { port, host, ...options },
    {
      port: 4_000,
      host: '127.0.0.1',
      url: 'http://localhost:4000',
      frontends: [],
      database: undefined,
      keys: undefined,
      sessions: undefined,
      sessionPolicy: undefined,
      leaseMs: undefined,
      migrate: true,
    },
  )
})

test('every variable arrives; an empty one counts as unset', () => {
  const { port, host, trustedProxies, options } = readConfig({
    PORT: '8080',
    HOST: '0.0.0.0',
    COATCHECK_URL: ' https://api.example.com ',
    COATCHECK_FRONTENDS: 'https://app.example.com, https://far.example.net,',
    COATCHECK_DATABASE: 'postgres://db/x',
    COATCHECK_KEYS: 'a,b',
    COATCHECK_SESSIONS: 'sealed',
    COATCHECK_SESSION_POLICY: 'absolute=3600, idle=900',
    COATCHECK_TRUSTED_PROXIES: '10.0.0.0/8,::1',
    COATCHECK_LEASE_MS: '500',
    NODE_ENV: 'production',
    HOME: '/x',
  })
  assert.equal(port, 8_080)
  assert.equal(host, '0.0.0.0')
  assert.equal(trustedProxies.check('10.9.9.9', 'ipv4'), true)
  assert.equal(trustedProxies.check('11.0.0.1', 'ipv4'), false)
  assert.equal(trustedProxies.check('::1', 'ipv6'), true)
  assert.deepEqual(options, {
    url: 'https://api.example.com',
    frontends: ['https://app.example.com', 'https://far.example.net'],
    database: 'postgres://db/x',
    keys: ['a', 'b'],
    sessions: 'sealed',
    sessionPolicy: { absoluteSeconds: 3_600, idleSeconds: 900 },
    leaseMs: 500,
    migrate: false,
  })
  assert.equal(readConfig({ COATCHECK_DATABASE: ' ' }).options.database, undefined)
})

describe('a bad value stops the start and names the key', () => {
  const bad: readonly (readonly [string, string])[] = [
    ['PORT', '0'],
    ['PORT', '70000'],
    ['COATCHECK_SESSIONS', 'cookie'],
    ['PORT', '4000x'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['COATCHECK_SESSION_POLICY', 'aal4'],
    ['COATCHECK_SESSION_POLICY', 'absolute=1'],
    ['COATCHECK_SESSION_POLICY', 'toString'],
    ['COATCHECK_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['COATCHECK_TRUSTED_PROXIES', 'localhost'],
    ['COATCHECK_TRUSTED_PROXIES', '10.0.0.0/'],
    ['COATCHECK_TRUSTED_PROXIES', '::/129'],
    ['COATCHECK_FRONTEND', 'https://app.example.com'],
    ['COATCHECK_SMTP_URL', 'smtp://x'],
    ['COATCHECK_LEASE_MS', '1s'],
  ]
  for (const [key, value] of bad) {
    test(`${key}=${value}`, () => {
      assert.throws(
        () => readConfig({ [key]: value }),
        (error) => error instanceof ConfigurationError && error.message.startsWith(key),
      )
    })
  }
})
