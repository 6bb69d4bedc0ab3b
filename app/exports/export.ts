/** What every export has in common: who asks, the audit record before the first row and after the last, a body that streams. */
import { randomUUID } from 'node:crypto'
import type { Scope } from '#queries/model/scope.ts'
import { recordAct, type Act, type Actor } from '#queries/postgres/audit.ts'
import type { Stores } from '#queries/stores.ts'

/** Who exports, and where they may. */
export interface Exporter { actor: Actor; scope: Scope }

export interface Export {
  fileName: string
  contentType: string
  /** rows at the moment of asking */
  rows: number
  /** text in pieces of one page; ending it early is noted in the audit record */
  body: AsyncIterable<string>
}

interface Request { stores: Stores; by: Exporter; action: string; format: string; filter: URLSearchParams; rows: number }

/**
 * Notes the export before anything of it leaves, and wraps the body so that its end is noted too: how many rows left, and whether all.
 * `pieces` yields text and how many rows it holds.
 */
export async function audited(request: Request, pieces: AsyncIterable<{ text: string; rows: number }>): Promise<AsyncIterable<string>> {
  const { stores, by, rows } = request
  const id = randomUUID()
  const note = (what: 'started' | 'finished' | 'interrupted', after: Record<string, unknown>) => stores.postgres.transaction().execute(tx =>
    recordAct(tx, by.actor, { action: `${request.action}.${what}`, subject: { kind: 'export', id }, after: { format: request.format, filter: request.filter.toString(), ...after }, ...placeOf(by.scope) }))
  await note('started', { rows })
  return (async function* () {
    let left = 0
    let complete = false
    try {
      for await (const piece of pieces) {
        yield piece.text
        left += piece.rows
      }
      complete = true
    } finally {
      await note(complete ? 'finished' : 'interrupted', { rows: left })
    }
  })()
}

/** Whose record it is: with a scope of one place, that place's. */
function placeOf(scope: Scope): Pick<Act, 'facility' | 'entity'> {
  if (scope === 'all') return {}
  return { facility: scope.facilities.length === 1 ? scope.facilities[0]! : null, entity: scope.entities.length === 1 && scope.facilities.length === 0 ? scope.entities[0]! : null }
}

/** The export as an HTTP answer that is downloaded. A failure on the way breaks the connection off: half a file never looks whole. */
export function exportResponse(file: Export): Response {
  const pieces = file.body[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await pieces.next()
      if (next.done) controller.close()
      else controller.enqueue(encoder.encode(next.value))
    },
    async cancel() {
      await pieces.return?.()
    },
  }, { highWaterMark: 0 })
  return new Response(stream, {
    headers: { 'content-type': file.contentType, 'content-disposition': `attachment; filename="${file.fileName}"`, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' },
  })
}

/** `trail-2026-11-21T08-15.csv` */
export function fileName(what: string, extension: string): string {
  return `${what}-${new Date().toISOString().slice(0, 16).replace(':', '-')}.${extension}`
}
