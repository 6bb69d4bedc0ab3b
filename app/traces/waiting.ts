/** What else waits for the answer that a trace is missing. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { backlogFigure, backlogFilter, listBacklog, type BacklogItem } from '#queries/clickhouse/backlog/backlog.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import type { ObjectRef } from '#queries/model/event.ts'
import type { Scope } from '#queries/model/scope.ts'
import { durationWords, facilityName, stepName } from '../exceptions/labels.ts'
import { withParameters } from '../paths.ts'

/** Rows shown of those that wait; the backlog has them all. */
const SHOWN = 5

export interface SameAnswer {
  count: number; counterparty: string; since: string | null; to: string
  items: { object: ObjectRef; facility: string; critical: boolean; amount: BacklogItem['amount']; dueAt: string }[]
}

/** What was promised about the missing step: after what, how much time, by whose calendar. */
export interface Agreement { after: string; since: string; allowed: string; calendar: string; dueAt: string }

/**
 * The obligation behind a missing milestone of one of these objects, and the others past due on the same step by the same
 * counterparty. Null parts where the scope shows nothing or nobody else waits.
 */
export async function waitingForSame(clickhouse: ClickHouse, catalogue: Catalogue, milestone: string, objects: readonly ObjectRef[], now: Date, scope: Scope): Promise<{ agreement: Agreement | null; same: SameAnswer | null }> {
  const own = backlogFilter.parse({ step: [milestone], objectId: [...new Set(objects.map(object => object.id))].slice(0, 50) })
  const [item] = (await listBacklog(clickhouse, own, { limit: 1 }, now, scope)).items
  if (!item) return { agreement: null, same: null }
  const agreement = agreementOf(catalogue, item)
  if (item.counterparty === null) return { agreement, same: null }
  const filter = backlogFilter.parse({ step: [milestone], counterparty: [item.counterparty], overdue: 'true' })
  const [figure, list] = await Promise.all([backlogFigure(clickhouse, filter, now, scope), listBacklog(clickhouse, filter, { limit: SHOWN + 1 }, now, scope)])
  if (figure.count < 2) return { agreement, same: null }
  const others = list.items.filter(other => other.object.id !== item.object.id).slice(0, SHOWN)
  return {
    agreement,
    same: {
      count: figure.count, counterparty: item.counterparty, since: figure.oldest, to: `/backlog${withParameters('', { step: milestone, counterparty: item.counterparty, overdue: 'true' })}`,
      items: others.map(other => ({ object: other.object, facility: facilityName(catalogue, other.facility), critical: other.criticality === 'critical', amount: other.amount, dueAt: other.dueAt })),
    },
  }
}

function agreementOf(catalogue: Catalogue, item: BacklogItem): Agreement {
  const found = catalogue.expectationsOf(item.object.type).find(one => one.expectation.id === item.expectation && one.process.id === item.process)?.expectation
  const criticality = (item.criticality ?? 'normal') as keyof NonNullable<typeof found>['within']
  return {
    after: stepName(catalogue, item.after) ?? item.after, since: item.since, dueAt: item.dueAt,
    allowed: found ? durationWords(found.within[criticality], found.calendar !== 'always') : 'the time agreed',
    calendar: found?.calendar === 'always' ? 'counted around the clock' : `in the working calendar of ${item.facility ? facilityName(catalogue, item.facility) : 'the group'}`,
  }
}
