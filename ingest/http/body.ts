/** Reads the body of a call: limits hold while it streams, so that neither a large body nor a small one that expands fills the memory. */
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { CallProblem } from './problem.ts'

export interface BodyLimits { sent: number; expanded: number }

/** Bytes that bodies occupy: of one call, and what the calls of this process may have together. */
export interface Room {
  /** books bytes of this call; throws CallProblem (503) when there is no room for them */
  add(bytes: number): void
}

/** The bytes, expanded; null where gzip's own data is broken. Throws CallProblem (413 with the limit, 415, 503). */
export async function readBody(request: Request, limits: BodyLimits, room: Room): Promise<Buffer | null> {
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== 'x-gzip') throw new CallProblem('unsupported_encoding', 'Content-Encoding may be gzip or identity')
  // streams of the DOM and of Node are the same object with two declarations
  const source = request.body && Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0])
  if (!source) return Buffer.alloc(0)
  try {
    if (Number(request.headers.get('content-length') ?? 0) > limits.sent) throw tooLarge('sent', limits.sent)
    const sent = bounded(source.iterator({ destroyOnReturn: false }), 'sent', limits.sent)
    return await (encoding === 'identity' ? collect(sent, room) : expand(sent, limits.expanded, room))
  } catch (error) {
    await discard(source)
    throw error
  }
}

/** A client that is still sending reads no answer: what it sends is read and thrown away, up to a limit; then the connection breaks. */
const MAX_DISCARDED = 128 * 1024 * 1024

async function discard(source: Readable): Promise<void> {
  let bytes = 0
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length
      if (bytes > MAX_DISCARDED) return
    }
  } catch {
    // the client is gone; there is nobody left to answer
  }
}

/** gzip bytes → expanded, or null if they are broken. Throws CallProblem (413, 503). */
export async function expand(sent: AsyncIterable<Buffer>, limit: number, room: Room): Promise<Buffer | null> {
  const source = Readable.from(sent)
  const gunzip = createGunzip()
  let failure: unknown
  source.on('error', error => {
    failure = error
    gunzip.destroy()
  })
  source.pipe(gunzip)
  try {
    return await collect(bounded(gunzip, 'expanded', limit), room)
  } catch (error) {
    if (failure) throw failure
    if (error instanceof CallProblem) throw error
    return null
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

async function* bounded(chunks: AsyncIterable<Buffer | Uint8Array>, what: 'sent' | 'expanded', limit: number): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > limit) throw tooLarge(what, limit)
    yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  }
}

async function collect(chunks: AsyncIterable<Buffer>, room: Room): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const chunk of chunks) {
    room.add(chunk.length)
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}

function tooLarge(what: 'sent' | 'expanded', limit: number): CallProblem {
  return new CallProblem('too_large', `at most ${limit} bytes ${what}`, { limit })
}
