/** Values on their way into `jsonb` parameters. */

/**
 * JSON text of a value for a `::jsonb` parameter. PostgreSQL's text cannot hold U+0000, which a sender may put into any text: it becomes
 * U+FFFD here, or one such text would stop every later one behind it.
 */
export function jsonb(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => (typeof member === 'string' ? member.replaceAll('\0', '\ufffd') : member))
}
