/** Sends events to an installation the way any system would: NDJSON over HTTP, compressed, with patience when it is told to wait. */
import { gzip } from 'node:zlib'
import { promisify } from 'node:util'
import { setTimeout as sleep } from 'node:timers/promises'

const compress = promisify(gzip)
const TIMEOUT_MS = 120_000
const LONGEST_WAIT_MS = 15_000

export interface Destination {
  /** base address of the installation, without a path */
  url: string
  apiKey: string
  signal?: AbortSignal
}
/** What ingestion answered; `rejected` holds its verdicts. */
export interface Receipt { accepted: number; duplicates: number; rejected: { index: number; id: string | null; code: string }[] }

/** The installation refused the whole call; `status` is its HTTP status. */
export class SendError extends Error {
  readonly status: number
  constructor(status: number) {
    super(`the installation answered ${status}`)
    this.status = status
  }
}

/** Sends events as one call. Retries for ever on 429, 503 and broken connections (an event twice changes nothing); throws SendError for other refusals and AbortError when stopped. */
export async function sendEvents(destination: Destination, events: readonly object[]): Promise<Receipt> {
  const body = await compress(events.map(event => JSON.stringify(event)).join('\n'), { level: 1 })
  return post(destination, body, { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' })
}

/** Sends a body as it is. A 400 whose answer still lists verdicts is an answer, not an error. */
export async function sendRaw(destination: Destination, body: Uint8Array, contentType: string): Promise<Receipt> {
  return post(destination, body, { 'content-type': contentType })
}

async function post({ url, apiKey, signal }: Destination, body: Uint8Array, headers: Record<string, string>): Promise<Receipt> {
  for (let attempt = 0; ; attempt++) {
    const timeout = AbortSignal.timeout(TIMEOUT_MS)
    let response: Response
    try {
      response = await fetch(new URL('/v1/events', url), { method: 'POST', headers: { ...headers, authorization: `Bearer ${apiKey}` }, body: new Uint8Array(body), signal: signal ? AbortSignal.any([signal, timeout]) : timeout })
    } catch (error) {
      if (signal?.aborted) throw error
      await sleep(backoff(attempt), undefined, signal ? { signal } : {})
      continue
    }
    if (response.status === 429 || response.status === 503) {
      await response.body?.cancel()
      const asked = Number(response.headers.get('retry-after'))
      await sleep(Number.isFinite(asked) && asked > 0 ? Math.min(LONGEST_WAIT_MS, asked * 1000) : backoff(attempt), undefined, signal ? { signal } : {})
      continue
    }
    if (response.status !== 202 && response.status !== 400) {
      await response.body?.cancel()
      throw new SendError(response.status)
    }
    const answer = (await response.json()) as Partial<Receipt>
    if (!Array.isArray(answer.rejected)) throw new SendError(response.status)
    return { accepted: answer.accepted ?? 0, duplicates: answer.duplicates ?? 0, rejected: answer.rejected }
  }
}

const backoff = (attempt: number): number => Math.min(LONGEST_WAIT_MS, 250 * 2 ** Math.min(attempt, 6))
