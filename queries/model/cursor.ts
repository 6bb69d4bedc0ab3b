/** Cursors of lists: opaque to callers, versioned, and read back through a schema, so that a forged or old one is an error and not a wrong page. */
import type { z } from 'zod'

/** Thrown for a cursor that cannot be read; answered 400 with code `invalid_cursor`. */
export class CursorError extends Error {
  readonly code = 'invalid_cursor'
}

/** Packs the sort position of the last row of a page. `kind` names the list (and its order), so that one list's cursor is not another's. */
export function encodeCursor(kind: string, position: unknown): string {
  return Buffer.from(JSON.stringify([1, kind, position])).toString('base64url')
}

/** Reads a cursor of this list; undefined for the first page. Throws {@link CursorError}. */
export function decodeCursor<S extends z.ZodType>(kind: string, schema: S, cursor: string | undefined): z.infer<S> | undefined {
  if (cursor === undefined) return undefined
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    throw new CursorError('the cursor cannot be read')
  }
  if (!Array.isArray(parsed) || parsed[0] !== 1 || parsed[1] !== kind) throw new CursorError('the cursor is of another list or sort order')
  const position = schema.safeParse(parsed[2])
  if (!position.success) throw new CursorError('the cursor cannot be read')
  return position.data
}

/** Cuts a page out of `limit + 1` rows: the rows to show and the cursor of the next page, null on the last. */
export function pageOf<T>(rows: readonly T[], limit: number, kind: string, position: (row: T) => unknown): { items: T[]; nextCursor: string | null } {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(kind, position(last)) : null }
}
