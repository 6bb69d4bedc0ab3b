/** Where a webhook may call: the open internet, unless an administrator allowed a private address for it. */
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'

/** Addresses that are not the open internet (RFC 6890 and its IPv6 counterparts): loopback, private, link-local, metadata services, multicast, documentation. */
const closed = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.88.99.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15],
  ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) closed.addSubnet(network, bits, 'ipv4')
// Of IPv6 only global unicast is open, less what is mapped, tunnelled or documentation.
const open6 = new BlockList()
open6.addSubnet('2000::', 3, 'ipv6')
const closed6 = new BlockList()
for (const [network, bits] of [['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]] as const) closed6.addSubnet(network, bits, 'ipv6')

/** Whether an IP address belongs to the open internet. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address)
  if (version === 4) return !closed.check(address, 'ipv4')
  return version === 6 && open6.check(address, 'ipv6') && !closed6.check(address, 'ipv6')
}

/** What is wrong with a webhook's URL as it is written; null if nothing. */
export function urlProblem(text: string, allowPrivate: boolean): string | null {
  const url = URL.parse(text)
  if (!url) return 'It is not an address.'
  if (url.username !== '' || url.password !== '') return 'It must not carry a name or password.'
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) return allowPrivate ? 'It must begin with https:// or http://.' : 'It must begin with https://.'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return isIP(host) !== 0 && !allowPrivate && !isPublicAddress(host) ? 'It is a private address.' : null
}

export class ForbiddenAddress extends Error {
  readonly code = 'forbidden_address'
}

/**
 * The one address to connect to. Every address of the name must be allowed, so that a name cannot be half private; connecting to what was
 * checked, and not to the name again, leaves no second answer to be given. Throws ForbiddenAddress, or the resolver's error.
 */
export async function resolveAllowed(hostname: string, allowPrivate: boolean): Promise<{ address: string; family: number }> {
  const host = hostname.replace(/^\[|\]$/g, '')
  const found = await lookup(host, { all: true })
  const [first] = found
  if (!first) throw new ForbiddenAddress('The name has no address')
  if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address))) throw new ForbiddenAddress('The name leads to a private address')
  return first
}
