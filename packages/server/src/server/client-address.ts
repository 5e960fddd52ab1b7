import { isIP, type BlockList } from 'node:net'
import { plainAddress } from '../core/network.ts'

/**
 * The client's address: the socket's, or, if that is a proxy we trust, the last address in X-Forwarded-For that is not one.
 * What stands before it was written by the client and counts for nothing. From anyone else the header is not looked at.
 *
 * @param peer the address at the other end of the socket
 * @param forwardedFor the X-Forwarded-For header, as it came
 * @returns null when there is no address to trust: a proxy that names none, or writes nonsense
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | null,
  trusted: BlockList,
): string | null {
  const socket = plainAddress(peer ?? '')
  if (isIP(socket) === 0) return null
  if (forwardedFor === null || !isTrusted(socket, trusted)) return socket
  for (const hop of forwardedFor.split(',').toReversed()) {
    const address = plainAddress(hop.trim())
    if (isIP(address) === 0) return null
    if (!isTrusted(address, trusted)) return address
  }
  return null
}

/** Whether the other end of the socket is a proxy whose word is taken. */
export function isTrustedPeer(peer: string | undefined, trusted: BlockList): boolean {
  const socket = plainAddress(peer ?? '')
  return isIP(socket) !== 0 && isTrusted(socket, trusted)
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
