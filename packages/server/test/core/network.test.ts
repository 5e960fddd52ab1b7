import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isPrivateNetwork, networkOf } from '../../src/core/network.ts'

test('an IPv4 address is its own network, also where a dual-stack socket writes it as IPv6', () => {
  assert.equal(networkOf('203.0.113.7'), '203.0.113.7')
  assert.equal(networkOf('::ffff:203.0.113.7'), '203.0.113.7')
})

test('R3 all addresses of an IPv6 /64 are one network, however they are written', () => {
  const network = networkOf('2001:db8:1:2::1')
  for (const address of ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:0DB8:0001:0002::', '2001:db8:1:2::%eth0']) {
    assert.equal(networkOf(address), network, address)
  }
  assert.notEqual(networkOf('2001:db8:1:3::1'), network)
})

test('R3 an IPv4 address inside an IPv6 one is its own network, in whatever digits, translated too', () => {
  for (const address of [
    '::ffff:cb00:7107',
    '0:0:0:0:0:FFFF:203.0.113.7',
    '64:ff9b::203.0.113.7',
    '64:ff9b::cb00:7107',
  ])
    assert.equal(networkOf(address), '203.0.113.7', address)
  assert.notEqual(networkOf('::cb00:7107'), '203.0.113.7')
  assert.equal(isPrivateNetwork(networkOf('::ffff:cb00:7107')), false)
  assert.equal(isPrivateNetwork(networkOf('::ffff:7f00:1')), true)
})

test('R5 no address, or nonsense, is one shared network', () => {
  for (const nonsense of [null, '', 'localhost', '1.2.3', '999.1.1.1', '::g', 'a, b'])
    assert.equal(networkOf(nonsense), 'unknown')
})

test('private networks are known as such; unknown and public ones are not', () => {
  for (const address of ['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '::1', 'fd00::1', '::ffff:10.0.0.1']) {
    assert.equal(isPrivateNetwork(networkOf(address)), true, address)
  }
  for (const address of ['203.0.113.7', '172.32.0.1', '2001:db8::1', null]) {
    assert.equal(isPrivateNetwork(networkOf(address)), false, String(address))
  }
})
