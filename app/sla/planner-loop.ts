/** Runs the planner: one process leads, woken by changed exceptions, by what people choose, and by due times. */
import type { CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { CATALOGUE_CHANNEL } from '#queries/catalogue/catalogue.ts'
import { nextTimer } from '#queries/postgres/sla.ts'
import type { Stores } from '#queries/stores.ts'
import { EXCEPTIONS_CHANNEL } from '../exceptions/project.ts'
import { startLoop, type Loop, type LoopLog } from '../replay/loop.ts'
import { OUTBOX_CHANNEL } from '../mail/channels.ts'
import { nextDigestAt, planDigests } from './digests.ts'
import { fireTimers, planChanged, type PlannerContext } from './planner.ts'
import { readDirectory } from './recipients.ts'
import { Warnings } from './warnings.ts'

/** Woken after people, policies' recipients or webhooks changed. */
export const SLA_CHANNEL = 'sla'

export interface PlannerOptions { stores: Stores; catalogue: Pick<CatalogueHandle, 'current'>; log: LoopLog; clock?: () => number }

/** Starts planning. */
export async function startPlanner({ stores, catalogue, log, clock = Date.now }: PlannerOptions): Promise<Loop> {
  const warnings = new Warnings()
  const contextNow = async (): Promise<PlannerContext> => ({ stores, directory: await readDirectory(stores, catalogue.current()), now: clock() })
  return await startLoop({
    name: 'sla-planner',
    channels: [EXCEPTIONS_CHANNEL, SLA_CHANNEL, CATALOGUE_CHANNEL],
    coordination: stores.coordination,
    log,
    onLead: async () => undefined,
    async cycle() {
      const context = await contextNow()
      // One part that fails keeps none of the others back; the round then counts as failed and comes again.
      const parts = [() => planChanged(context), () => fireTimers(context), () => warnings.plan(context), async () => (await planDigests(context)) > 0]
      const failures: unknown[] = []
      let more = false
      for (const part of parts) {
        try {
          more = (await part()) || more
        } catch (error) {
          failures.push(error)
        }
      }
      await stores.coordination.wake(OUTBOX_CHANNEL)
      if (failures.length > 0) throw failures[0]
      return more
    },
    async nextAt() {
      const context = await contextNow()
      const times = [(await nextTimer(stores.postgres))?.getTime() ?? null, nextDigestAt(context), warnings.next()].filter(at => at !== null)
      // The loop sleeps by the machine's clock, whatever this planner's says.
      return times.length === 0 ? null : Math.min(...times) - clock() + Date.now()
    },
  })
}
