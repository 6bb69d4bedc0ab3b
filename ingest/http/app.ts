/** The HTTP face of ingestion: who calls, what form, how much; the rest is `call.ts`. */
import { randomUUID } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { readReceipt } from '#queries/clickhouse/events/receipts.ts'
import type { KeyVerifier, ServiceKey } from '#queries/postgres/service-keys.ts'
import { take, type Answer } from '../call.ts'
import type { CatalogueSource } from '../catalogue.ts'
import { UNREADABLE_CODES } from '../codes.ts'
import { MAX_EXPANDED_BYTES, MAX_FILE_BYTES, MAX_SENT_BYTES } from '../limits.ts'
import type { Log } from '../log.ts'
import type { CallContext, Decoded, Undecoded } from '../pipeline/item.ts'
import type { Timers } from '../pipeline/timers.ts'
import { maySend } from '../pipeline/verify.ts'
import type { Scrubber } from '../redaction/scrubber.ts'
import type { IngestStores } from '../stores.ts'
import { WriterClosed, type Writer } from '../writer/writer.ts'
import { readBody, type Room } from './body.ts'
import { formOf, itemsOf } from './events.ts'
import { FILE_FORMATS, isFileFormat, isImported, readFile } from './files.ts'
import { CallProblem, problemResponse } from './problem.ts'

export interface HttpOptions {
  stores: IngestStores
  catalogue: CatalogueSource
  keys: KeyVerifier
  writer: Writer
  timers: Timers
  scrubber: Scrubber
  log: Log
  /** told of every answered call */
  counted: (answer: Answer) => void
}

/** Bytes of all bodies held at once; beyond it calls are told to come back. */
const MAX_BODIES_BYTES = 512 * 1024 * 1024
const RETRY_AFTER_S = 2

/** The routes, with their full paths: `/v1/events`, `/v1/files/:format`, `/api/v1/receipts/:receipt`. */
export function createHttp({ stores, catalogue, keys, writer, timers, scrubber, log, counted }: HttpOptions): Hono {
  const app = new Hono()
  let occupied = 0

  const authenticate = async (context: Context): Promise<ServiceKey> => {
    const bearer = /^Bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    if (!bearer) throw new CallProblem('missing_key', 'send Authorization: Bearer sbx_…')
    const key = await keys.verify(bearer)
    if (!key) throw new CallProblem('invalid_key', 'the key is unknown or revoked')
    return key
  }

  /** Runs a call if there is room for it; what its body occupies is booked while it runs. */
  const withRoom = async <T>(work: (room: Room) => Promise<T>): Promise<T> => {
    let mine = 0
    const room: Room = {
      add(bytes) {
        mine += bytes
        occupied += bytes
        // one call alone always has room: its own limits are smaller than ours
        if (occupied > MAX_BODIES_BYTES && occupied > mine) throw full()
      },
    }
    if (!writer.hasRoom() || occupied > MAX_BODIES_BYTES) throw full()
    try {
      return await work(room)
    } finally {
      occupied -= mine
    }
  }

  const answer = async (items: Iterable<Decoded | Undecoded>, call: CallContext): Promise<Response> => {
    const result = await take(items, call, { writer, timers })
    counted(result)
    return Response.json(result, { status: nothingReadable(result) ? 400 : 202 })
  }

  const callOf = (key: ServiceKey, imported: boolean): CallContext =>
    ({ key, catalogue: catalogue.current(), scrubber, receivedAt: Date.now(), receipt: randomUUID(), imported })

  app.post('/v1/events', async context => {
    const key = await authenticate(context)
    if (!maySend(key)) throw new CallProblem('forbidden', 'the key has no ingest scope')
    const request = context.req.raw
    const form = formOf(request.headers)
    const limits = { sent: MAX_SENT_BYTES, expanded: MAX_EXPANDED_BYTES }
    return withRoom(async room => answer(itemsOf(form, request.headers, await readBody(request, limits, room)), callOf(key, false)))
  })

  app.post('/v1/files/:format', async context => {
    const key = await authenticate(context)
    if (!maySend(key)) throw new CallProblem('forbidden', 'the key has no ingest scope')
    const request = context.req.raw
    if (request.headers.get('content-type')?.toLowerCase().startsWith('multipart/')) throw new CallProblem('unsupported_type', 'the body is the file itself, not a form')
    const format = context.req.param('format')
    if (!isFileFormat(format)) throw new CallProblem('not_found', `a file's format is one of ${FILE_FORMATS.join(', ')}`)
    const { integration = '', facility = '' } = context.req.query()
    const limits = { sent: MAX_FILE_BYTES, expanded: MAX_FILE_BYTES }
    return withRoom(async room => {
      const call = callOf(key, isImported(format))
      return answer(await readFile(format, await readBody(request, limits, room), { integration, facility }, call, stores.clickhouse, room), call)
    })
  })

  app.get('/api/v1/receipts/:receipt', async context => {
    const key = await authenticate(context)
    const receipt = await readReceipt(stores.clickhouse, context.req.param('receipt'), key.id)
    if (!receipt) throw new CallProblem('not_found', 'this key got no such receipt')
    return context.json(receipt)
  })

  app.notFound(() => problemResponse(new CallProblem('not_found', 'there is nothing at this address')))
  app.onError((error, context) => {
    if (error instanceof CallProblem) return problemResponse(error)
    if (!(error instanceof WriterClosed)) log.error({ route: context.req.routePath, error }, 'a call could not be stored')
    return problemResponse(new CallProblem('over_capacity', 'nothing of this call was acknowledged; send it again', { retryAfter: RETRY_AFTER_S }))
  })
  return app
}

function full(): CallProblem {
  return new CallProblem('over_capacity', 'nothing of this call was taken; send it again later', { retryAfter: RETRY_AFTER_S })
}

/** 400 only if nothing could be read out at all. */
function nothingReadable({ accepted, duplicates, rejected }: Answer): boolean {
  return accepted === 0 && duplicates === 0 && rejected.length > 0 && rejected.every(({ code, id }) => id === null && UNREADABLE_CODES.includes(code))
}
