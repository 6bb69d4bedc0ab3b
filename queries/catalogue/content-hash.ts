/** Whether two documents say the same. */
import { createHash } from 'node:crypto'

/** SHA-256 of the content, hex, whatever the order of members: PostgreSQL keeps JSON in an order of its own. */
export function contentHash(document: unknown): string {
  return createHash('sha256').update(JSON.stringify(sortMembers(document))).digest('hex')
}

function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortMembers)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, sortMembers(member)]))
}
