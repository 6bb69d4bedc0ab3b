/**
 * How many events the finder digests per second: a history is loaded while nobody looks, then a worker starts on it and is timed until
 * everything has had its effect (obligations, exceptions, projection). Baseline: the rate at which the same history was taken in, in
 * this process; above 1 the finder keeps up with a load. Again from the beginning per run would need fresh stores, so n is 1.
 */
import { startWorker } from '#app/worker.ts'
import { generateHistory } from '#seeds/history/generate.ts'
import { openTestProduct } from '#test/support/product.ts'
import { timed, type BenchOptions, type Report } from './figures.ts'

const UNTIL = new Date('2026-11-20T14:30:00Z')
const SEED = 20261120
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Loads a history (40,000 events; 400,000 at full size) and measures one digestion of it. */
export async function benchFinder({ full, scale }: BenchOptions, report: Report): Promise<void> {
  const clock = () => UNTIL.getTime()
  const product = await openTestProduct({ clock })
  try {
    await product.worker.close()
    let sent = 0
    const loading = await timed(async () => {
      ({ sent } = await product.load(generateHistory({ seed: SEED, until: UNTIL, scale: scale ?? (full ? 1 : 0.1) })))
    })
    let worker: Awaited<ReturnType<typeof startWorker>> | null = null
    const digesting = await timed(async () => {
      worker = await startWorker({ stores: product.stores, catalogue: product.catalogue, log: quiet, clock })
      await worker.idle()
    })
    await (worker as Awaited<ReturnType<typeof startWorker>> | null)?.close()
    report({ metric: 'digested', value: (sent / digesting) * 1000, unit: 'events/s', baseline: (sent / loading) * 1000, n: 1 })
  } finally {
    await product.dispose()
  }
}
