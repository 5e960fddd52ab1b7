import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** An address in its own form: IPv4 where a dual-stack socket writes it as IPv6. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

/**
 * The network that a client address stands for, where places are limited per network: the address itself for IPv4, also where
 * it is written inside an IPv6 one (mapped, NAT64); the /64 for other IPv6 (one customer has all of it). No address, or
 * nonsense, is one shared network, not an unlimited one.
 */
export function networkOf(address: string | null): string {
  if (address === null) return 'unknown'
  if (isIPv4(address)) return address
  if (!isIPv6(address)) return 'unknown'
  const groups = expandIPv6(address)
  return embeddedIPv4(groups) ?? `${groups.slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expandIPv6(address: string): string[] {
  const plain = (address.split('%')[0] ?? '').toLowerCase().replace(/\d+\.\d+\.\d+\.\d+$/, inGroups)
  const [head = '', tail] = plain.split('::')
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) => group.replace(/^0+(?=.)/, ''))
}

/** The last two groups, where they are written as IPv4 is. */
function inGroups(dotted: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = dotted.split('.').map(Number)
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

/** Before the last two groups: IPv4 as a dual-stack socket writes it (RFC 4291), and as NAT64 translates it (RFC 6052). */
const EMBEDDINGS = new Set(['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'])

function embeddedIPv4(groups: readonly string[]): string | null {
  if (!EMBEDDINGS.has(groups.slice(0, 6).join(':'))) return null
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

const PRIVATE_NETWORKS = new BlockList()
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
] as const) {
  PRIVATE_NETWORKS.addSubnet(network, prefix, 'ipv4')
}
PRIVATE_NETWORKS.addSubnet('fc00::', 7, 'ipv6')
/** As `networkOf` names the network of ::1. Not a subnet of the list: `::/64` would have all of IPv4 in it, as mapped. */
const LOOPBACK_NETWORK = '0:0:0:0::/64'

/** Whether a network as `networkOf` names it is private or loopback: behind a proxy that was not declared, everybody's. */
export function isPrivateNetwork(network: string): boolean {
  if (isIPv4(network)) return PRIVATE_NETWORKS.check(network, 'ipv4')
  if (network === LOOPBACK_NETWORK) return true
  return network.endsWith('/64') && PRIVATE_NETWORKS.check(network.slice(0, -'/64'.length), 'ipv6')
}
