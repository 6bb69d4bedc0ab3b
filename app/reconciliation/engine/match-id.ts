/** Ids of matches: the same set, items and decision give the same id for ever. */
import { createHash } from 'node:crypto'

/** UUID of version 5's form over SHA-256, of set and items in any order; a person's match has its decision's id in it too. */
export function matchId(set: string, items: Iterable<string>, decision = ''): string {
  const digest = createHash('sha256').update(JSON.stringify([set, [...new Set(items)].sort(), decision])).digest('hex')
  const variant = ((Number.parseInt(digest[16] ?? '0', 16) & 3) | 8).toString(16)
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-${variant}${digest.slice(17, 20)}-${digest.slice(20, 32)}`
}
