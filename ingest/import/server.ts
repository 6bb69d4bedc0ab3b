/** Import through a running server, as any other client. */
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { z } from 'zod'
import { REJECT_CODES } from '../codes.ts'
import { isArray, type FileFormat, type FileOrigin } from '../http/files.ts'
import { MAX_FILE_BYTES } from '../limits.ts'
import { batchPieces, linePieces } from '../pipeline/decode.ts'
import type { ImportAnswer, ImportTarget, Progress } from './target.ts'

const answer = z.object({
  accepted: z.number(), duplicates: z.number(), receipt: z.string(),
  rejected: z.array(z.object({ index: z.number(), id: z.string().nullable(), code: z.enum(REJECT_CODES), message: z.string(), path: z.string() })),
})

const EVENTS_PER_CALL = 5000
const BYTES_PER_CALL = 16 * 1024 * 1024
const TRIES = 20
const NEWLINE = Buffer.from('\n')

/** True if a server answers `/healthz` at this address. */
export async function serverAnswers(url: string): Promise<boolean> {
  return fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(2000) }).then(response => response.ok, () => false)
}

/** A server at `url`, with a service key. */
export function openServer(url: string, key: string): ImportTarget {
  return {
    where: url.replace(/\/+$/, ''),
    send: (format, file, origin, progress) => (format === 'events' ? sendEvents(url, key, file, progress) : sendFile(url, key, format, file, origin, progress)),
    close: async () => {},
  }
}

async function sendFile(url: string, key: string, format: FileFormat, file: Buffer, { integration, facility }: FileOrigin, progress: Progress): Promise<ImportAnswer> {
  const address = new URL(`/v1/files/${format}`, url)
  if (integration) address.searchParams.set('integration', integration)
  if (facility) address.searchParams.set('facility', facility)
  progress(0, 1, 'file')
  const { receipt, ...rest } = await post(address, key, file, 'application/octet-stream')
  progress(1, 1, 'file')
  return { ...rest, receipts: [receipt] }
}

/** Events travel as they stand in the file, in calls that a server takes; `index` counts over the whole file. */
async function sendEvents(url: string, key: string, file: Buffer, progress: Progress): Promise<ImportAnswer> {
  const batch = isArray(file)
  const pieces = batch ? batchPieces(file) : linePieces(file)
  const total: ImportAnswer = { accepted: 0, duplicates: 0, rejected: [], receipts: [] }
  progress(0, pieces.length, 'events')
  for (let from = 0; from < pieces.length;) {
    const parts: Buffer[] = []
    let bytes = 0
    while (from + parts.length < pieces.length && parts.length < EVENTS_PER_CALL && bytes < BYTES_PER_CALL) {
      const piece = pieces[from + parts.length]
      const part = piece ? file.subarray(piece.start, piece.end) : Buffer.alloc(0)
      parts.push(part)
      bytes += part.length
    }
    const [body, type] = batch
      ? [Buffer.concat([Buffer.from('['), ...parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from(','), part])), Buffer.from(']')]), 'application/cloudevents-batch+json'] as const
      : [Buffer.concat(parts.flatMap(part => [part, NEWLINE])), 'application/x-ndjson'] as const
    const one = await post(new URL('/v1/events', url), key, body, type)
    total.accepted += one.accepted
    total.duplicates += one.duplicates
    total.rejected.push(...one.rejected.map(rejection => ({ ...rejection, index: rejection.index + from })))
    total.receipts.push(one.receipt)
    from += parts.length
    progress(from, pieces.length, 'events')
  }
  return total
}

/** One call; waits as long as a server that is full asks for. */
async function post(address: URL, key: string, body: Buffer, type: string): Promise<z.infer<typeof answer>> {
  if (body.length > MAX_FILE_BYTES) throw new Error('the file is larger than a call takes')
  const packed = new Uint8Array(gzipSync(body, { level: 1 }))
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(address, { method: 'POST', body: packed, headers: { authorization: `Bearer ${key}`, 'content-type': type, 'content-encoding': 'gzip' } })
    const waits = response.status === 503 || response.status === 429
    if (waits && attempt < TRIES) {
      await response.body?.cancel()
      await sleep(1000 * Number(response.headers.get('retry-after') ?? 2))
      continue
    }
    const json: unknown = await response.json().catch(() => null)
    const read = answer.safeParse(json)
    if (read.success) return read.data
    const problem = z.object({ code: z.string(), detail: z.string() }).safeParse(json)
    throw new Error(`the server answered ${response.status}${problem.success ? ` (${problem.data.code}): ${problem.data.detail}` : ''}`)
  }
}
