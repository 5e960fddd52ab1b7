import assert from 'node:assert/strict'
import { BlockList } from 'node:net'
import { test } from 'node:test'
import { clientAddress } from '../../src/server/client-address.ts'

const proxies = new BlockList()
proxies.addSubnet('10.0.0.0', 8, 'ipv4')
proxies.addAddress('2001:db8::1', 'ipv6')

test('a header from anyone but a trusted proxy counts for nothing', () => {
  assert.equal(clientAddress('203.0.113.7', '1.2.3.4', proxies), '203.0.113.7')
  assert.equal(clientAddress('::ffff:203.0.113.7', '1.2.3.4', proxies), '203.0.113.7')
  assert.equal(clientAddress('10.0.0.1', '1.2.3.4', new BlockList()), '10.0.0.1')
})

test('behind a trusted proxy the client is the last address that is no proxy', () => {
  assert.equal(clientAddress('10.0.0.1', '203.0.113.7', proxies), '203.0.113.7')
  assert.equal(clientAddress('10.0.0.1', '1.2.3.4, 203.0.113.7, 10.0.0.2', proxies), '203.0.113.7')
  assert.equal(clientAddress('2001:db8::1', '2001:db8:5::9', proxies), '2001:db8:5::9')
  assert.equal(clientAddress('::ffff:10.0.0.1', '203.0.113.7', proxies), '203.0.113.7')
})

test('a trusted proxy that names nobody, or writes nonsense, leaves the client unknown', () => {
  assert.equal(clientAddress('10.0.0.1', '10.0.0.2', proxies), null)
  assert.equal(clientAddress('10.0.0.1', 'unknown', proxies), null)
  assert.equal(clientAddress('10.0.0.1', '203.0.113.7, ', proxies), null)
  assert.equal(clientAddress('10.0.0.1', '203.0.113.7:5123', proxies), null)
})

test('without X-Forwarded-For a trusted proxy speaks for itself (a health check)', () => {
  assert.equal(clientAddress('10.0.0.1', null, proxies), '10.0.0.1')
  assert.equal(clientAddress(undefined, '203.0.113.7', proxies), null)
})
