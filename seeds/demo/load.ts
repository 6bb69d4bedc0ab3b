/** Loads a history in bulk: a few calls at a time, in order, remembering how far everything has arrived. */
import type { CloudEvent, SeedItem } from '#seeds/history/events.ts'
import { sendEvents, sendRaw } from './send.ts'
import type { Destination, Receipt } from './send.ts'

export interface LoadOptions extends Destination {
  /** events in one call; at most 10,000; default 4,000 */
  batch?: number
  /** calls under way at once; default 3 */
  parallel?: number
  /** called after each call that was answered; `arrived`: everything up to this instant (epoch ms) is there */
  onProgress?: (progress: LoadProgress) => void
}
export interface LoadProgress { sent: number; accepted: number; duplicates: number; rejected: number; arrived: number }

/** Takes items one after another and sends them; `flush` waits until all have arrived. */
export class Loader {
  readonly #options: LoadOptions
  readonly #batch: number
  readonly #parallel: number
  #waiting: CloudEvent[] = []
  #last = Number.NEGATIVE_INFINITY
  /** calls under way in order, each with the instant of its last event */
  #calls: { done: boolean; until: number; promise: Promise<void> }[] = []
  readonly #progress: LoadProgress = { sent: 0, accepted: 0, duplicates: 0, rejected: 0, arrived: Number.NEGATIVE_INFINITY }
  #failure: unknown

  constructor(options: LoadOptions) {
    this.#options = options
    this.#batch = Math.min(10_000, options.batch ?? 4_000)
    this.#parallel = options.parallel ?? 3
  }

  get progress(): Readonly<LoadProgress> {
    return this.#progress
  }

  /** Adds the next item in event-time order; waits while too many calls are under way. Rejects with what any call failed with. */
  async add(item: SeedItem): Promise<void> {
    this.#last = item.at
    if (item.kind === 'event') {
      this.#waiting.push(item.event)
      if (this.#waiting.length >= this.#batch) await this.#send()
      return
    }
    // a conflicting twin must not overtake its original
    await this.flush()
    this.#count(1, await sendRaw(this.#options, item.body, item.contentType), item.at)
  }

  /** Sends what is left and waits for every answer. */
  async flush(): Promise<void> {
    await this.#send()
    await Promise.all(this.#calls.map(call => call.promise))
    if (this.#failure !== undefined) throw this.#failure
  }

  async #send(): Promise<void> {
    if (this.#waiting.length > 0) {
      const events = this.#waiting
      this.#waiting = []
      const call = { done: false, until: this.#last, promise: Promise.resolve() }
      call.promise = sendEvents(this.#options, events).then(receipt => {
        call.done = true
        this.#count(events.length, receipt, null)
      }, (error: unknown) => { this.#failure ??= error })
      this.#calls.push(call)
    }
    while (this.#calls.filter(call => !call.done).length >= this.#parallel && this.#failure === undefined) {
      await Promise.race(this.#calls.filter(call => !call.done).map(call => call.promise))
    }
    if (this.#failure !== undefined) throw this.#failure
  }

  #count(sent: number, receipt: Receipt, at: number | null): void {
    this.#progress.sent += sent
    this.#progress.accepted += receipt.accepted
    this.#progress.duplicates += receipt.duplicates
    this.#progress.rejected += receipt.rejected.length
    if (at !== null) this.#progress.arrived = at
    while (this.#calls[0]?.done) this.#progress.arrived = this.#calls.shift()?.until ?? this.#progress.arrived
    this.#options.onProgress?.({ ...this.#progress })
  }
}

/** Loads items to the end. Answers the totals. Throws SendError when the installation refuses. */
export async function load(items: Iterable<SeedItem>, options: LoadOptions): Promise<LoadProgress> {
  const loader = new Loader(options)
  for (const item of items) await loader.add(item)
  await loader.flush()
  return { ...loader.progress }
}
