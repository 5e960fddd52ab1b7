import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** An address in its own form: IPv4 where a dual-stack socket writes it as IPv6. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
}

/**
 * The network that a client address stands for, where places are limited per network: the address itself for IPv4, the
 * /64 for IPv6 (one customer has all of it). No address, or nonsense, is one shared network, not an unlimited one.
 */
export function networkOf(address: string | null): string {
  if (address === null) return 'unknown'
  const plain = plainAddress(address)
  if (isIPv4(plain)) return plain
  if (!isIPv6(address)) return 'unknown'
  return `${expandIPv6(address).slice(0, 4).join(':')}::/64`
}

/** The eight groups of an IPv6 address, without leading zeros. */
function expandIPv6(address: string): string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'))
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) => group.replace(/^0+(?=.)/, ''))
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
