/** The one list of all background work. */
import { Cron } from 'croner'
import { tidyOpenTables } from '#queries/clickhouse/open-tables.ts'
import { forgetContent } from '#queries/postgres/outbox.ts'
import type { Stores } from '#queries/stores.ts'
import { updateHours } from './assistance/rollup.ts'
import { startFinder } from './exceptions/finder-loop.ts'
import type { FinderOptions, FinderStats } from './exceptions/finder.ts'
import { startDelivery, type DeliveryOptions } from './mail/delivery.ts'
import type { FinderKind } from './exceptions/rules.ts'
import { startReconciliation } from './reconciliation/follow-loop.ts'
import { startReplayDispatcher, type DispatcherContext } from './replay/dispatcher.ts'
import { startPlanner } from './sla/planner-loop.ts'

/** Everything is judged anew once a night, when the systems are quietest. */
const NIGHTLY = '17 2 * * *'
/** What mails said is kept so long; they quote business facts. */
const MAILS_KEPT_MS = 90 * 24 * 3_600_000
const FORGET_MAILS = '47 3 * * *'
/** Looks whether the tables of what is open carry much that is over. */
const TIDYING = '* * * * *'
/** What moved per hour is counted again where there is news. */
const COUNTING_HOURS = '*/30 * * * * *'

export interface WorkerOptions {
  stores: Stores
  catalogue: FinderOptions['catalogue']
  log: { warn(fields: object, message: string): void; error(fields: object, message: string): void }
  clock?: () => number
  /** what the finder looks for; by default everything */
  finders?: readonly FinderKind[]
  /** true: sets are run soon after new events; otherwise only when that is asked for, by `reconciled` or a request */
  reconciles?: boolean
  /** what sending replays needs; without it none are sent */
  replay?: DispatcherContext
  /** what telling people needs; without it nobody is told */
  mail?: Pick<DeliveryOptions, 'links' | 'transport' | 'secret'>
}

export interface Worker {
  /** Resolves when everything that was committed before the call has had its effect: exceptions opened, refreshed, closed, shown. */
  idle(): Promise<void>
  /** Resolves when everything that was committed before the call is reconciled and its mismatches are shown. */
  reconciled(): Promise<void>
  /** Judges every object anew; the same as the night's run. */
  fullEvaluation(): Promise<void>
  /** How far the finder is; null while another process leads. */
  stats(): FinderStats | null
  close(): Promise<void>
}

/** Starts the background work of this process. */
export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const finder = await startFinder(options)
  const reconciliation = await startReconciliation({ ...options, follows: options.reconciles ?? false })
  const dispatcher = options.replay ? await startReplayDispatcher(options.replay) : null
  const planner = options.mail ? await startPlanner(options) : null
  const delivery = options.mail ? await startDelivery({ stores: options.stores, catalogue: options.catalogue, log: options.log, ...options.mail }) : null
  const nightly = new Cron(NIGHTLY, { timezone: 'UTC', unref: true, protect: true, catch: () => options.log.error({}, 'the nightly evaluation failed') }, () => finder.fullEvaluation())
  const forgetting = options.mail ? new Cron(FORGET_MAILS, { timezone: 'UTC', unref: true, protect: true, catch: () => options.log.error({}, 'old mails could not be forgotten') }, async () => void (await forgetContent(options.stores.postgres, new Date(Date.now() - MAILS_KEPT_MS)))) : null
  const tidying = new Cron(TIDYING, { timezone: 'UTC', unref: true, protect: true, catch: () => options.log.error({}, 'the tables of what is open could not be tidied') }, () => tidy(options.stores))
  let counted: Promise<void> = Promise.resolve()
  const counting = new Cron(COUNTING_HOURS, { timezone: 'UTC', unref: true, protect: true, catch: () => options.log.error({}, 'what moved per hour could not be counted') }, () => (counted = updateHours(options.stores).then(() => undefined)))
  return {
    idle: finder.idle,
    reconciled: reconciliation.now,
    fullEvaluation: finder.fullEvaluation,
    stats: finder.stats,
    async close() {
      nightly.stop()
      counting.stop()
      await counted.catch(() => undefined)
      forgetting?.stop()
      await planner?.close()
      await delivery?.close()
      options.mail?.transport?.close()
      tidying.stop()
      await dispatcher?.close()
      await reconciliation.close()
      await finder.close()
    },
  }
}

/** One process at a time; the others find nothing to do. */
async function tidy({ clickhouse, coordination }: Stores): Promise<void> {
  const lock = await coordination.tryLock('tidy-open-tables')
  if (!lock) return
  try {
    await tidyOpenTables(clickhouse)
  } finally {
    await lock.release()
  }
}
