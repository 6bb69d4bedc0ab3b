/**
 * What a change of an expectation would do, before it is saved: the objects that it concerns are judged twice from their stored
 * history, by the rules in force and by the changed ones, and compared. Exact for what is judged; where more objects are concerned than
 * are judged, the answer says so.
 */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Expectation } from '#queries/catalogue/schema.ts'
import { concernedObjects } from '#queries/clickhouse/expectations/objects.ts'
import { historiesOf } from '#queries/clickhouse/finding/histories.ts'
import { isOpen, objectKey } from '#queries/clickhouse/finding/types.ts'
import { fromMinor } from '#queries/model/money.ts'
import type { Money } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import { allWaits } from '#queries/postgres/waits.ts'
import type { Stores } from '#queries/stores.ts'
import { evaluate } from '../exceptions/evaluate.ts'
import type { Evaluated } from '../exceptions/evaluate.ts'
import { compileRules } from '../exceptions/rules.ts'
import type { Rules } from '../exceptions/rules.ts'

/** Objects judged for one preview. */
export const OBJECTS_JUDGED = 4_000
const ROWS_SHOWN = 8
const DAY = 86_400_000
const WINDOWS = [30, 90] as const

export interface Change { count: number; money: Money[]; rows: { namespace: string; type: string; id: string; facility: string; amount: Money | null; before: string | null; after: string | null }[] }
/** `breached` of `due`: how many of the waits that came due or were met in the last days were not met in time. */
export interface Breaches { days: number; before: { due: number; breached: number }; after: { due: number; breached: number } }
export interface Preview {
  judged: number; total: number
  open: { before: number; after: number }; late: { before: number; after: number }; atRisk: { before: number; after: number }
  newlyLate: Change; noLongerLate: Change; breaches: Breaches[]
}

interface Judged { object: { namespace: string; type: string; id: string }; amountKey: string; before: Evaluated | undefined; after: Evaluated | undefined }

/** Judges a changed expectation of a process. The scope is that of whoever asks. */
export async function previewChange(stores: Stores, catalogue: Catalogue, process: string, edited: Expectation, scope: Scope, now: Date): Promise<Preview> {
  const from = new Date(now.getTime() - Math.max(...WINDOWS) * DAY)
  const { objects, total } = await concernedObjects(stores.clickhouse, { type: edited.object, after: edited.after, process, expectation: edited.id }, from, OBJECTS_JUDGED, scope)
  const [old, changed] = [compileRules(catalogue), compileRules(withExpectation(catalogue, process, edited))]
  // the changed condition may read attributes that the old one does not
  const reads = { attributeTypes: [...new Set([...old.attributeTypes, ...changed.attributeTypes])], negativeTypes: old.negativeTypes, servingTypes: old.servingTypes }
  const [histories, waits] = await Promise.all([historiesOf(stores.clickhouse, objects, reads), allWaits(stores.postgres)])
  const waitsOf = Map.groupBy(waits, wait => objectKey(wait.object))
  const judged = histories.map((history): Judged => {
    const mine = (rules: Rules) => {
      const evaluation = evaluate(history, rules, waitsOf.get(objectKey(history)) ?? [])
      return { evaluation, one: evaluation?.obligations.find(({ obligation }) => obligation.process === process && obligation.expectation === edited.id) }
    }
    const before = mine(old)
    return { object: { namespace: history.namespace, type: history.type, id: history.id }, amountKey: before.evaluation?.amountKey ?? '', before: before.one, after: mine(changed).one }
  })
  return { judged: judged.length, total: Math.max(total, judged.length), ...compare(judged, now.getTime()) }
}

/** The catalogue with one expectation in another's place. */
export function withExpectation(catalogue: Catalogue, processId: string, edited: Expectation): Catalogue {
  const process = catalogue.processes.get(processId)
  if (!process) return catalogue
  const expectations = process.expectations.map(item => (item.id === edited.id ? edited : item))
  return { ...catalogue, processes: new Map([...catalogue.processes].map(([id, one]) => [id, id === processId ? { ...process, expectations } : one])) }
}

function compare(judged: readonly Judged[], now: number): Omit<Preview, 'judged' | 'total'> {
  const waits = (item: Evaluated | undefined) => item !== undefined && isOpen(item.obligation)
  const late = (item: Evaluated | undefined) => item !== undefined && isOpen(item.obligation) && item.obligation.dueAt <= now
  const risk = (item: Evaluated | undefined) => item !== undefined && isOpen(item.obligation) && item.obligation.dueAt > now && item.obligation.warnAt <= now
  const both = (is: (item: Evaluated | undefined) => boolean) => ({ before: judged.filter(item => is(item.before)).length, after: judged.filter(item => is(item.after)).length })
  return {
    open: both(waits), late: both(late), atRisk: both(risk),
    newlyLate: changeOf(judged.filter(item => late(item.after) && !late(item.before))), noLongerLate: changeOf(judged.filter(item => late(item.before) && !late(item.after))),
    breaches: WINDOWS.map(days => ({ days, before: breaches(judged.map(item => item.before), now, days), after: breaches(judged.map(item => item.after), now, days) })),
  }
}

function breaches(items: readonly (Evaluated | undefined)[], now: number, days: number): { due: number; breached: number } {
  const from = now - days * DAY
  const within = (at: number) => at >= from && at <= now
  const due = items.flatMap(item => (item ? [item.obligation] : [])).filter(({ metAt, cancelledAt, dueAt }) => (metAt === null ? within(dueAt) && (cancelledAt === null || cancelledAt > dueAt) : within(metAt)))
  return { due: due.length, breached: due.filter(({ metAt, dueAt }) => metAt === null || metAt > dueAt).length }
}

function changeOf(items: readonly Judged[]): Change {
  const sums = new Map<string, bigint>()
  const counted = new Set<string>()
  for (const { amountKey, before, after } of items) {
    const { amountMinor = null, currency = '' } = (after ?? before)?.obligation ?? {}
    const key = `${amountKey} ${currency}`
    if (amountMinor === null || counted.has(key)) continue
    counted.add(key)
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amountMinor))
  }
  const due = (item: Evaluated | undefined) => (item ? new Date(item.obligation.dueAt).toISOString() : null)
  return {
    count: items.length, money: [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => fromMinor(minor, currency)),
    rows: items.toSorted((a, b) => (due(a.after ?? a.before) ?? '').localeCompare(due(b.after ?? b.before) ?? '')).slice(0, ROWS_SHOWN).map(({ object, before, after }) => {
      const said = (after ?? before)?.obligation
      return { ...object, facility: said?.facility ?? '', amount: said && said.amountMinor !== null ? fromMinor(said.amountMinor, said.currency) : null, before: due(before), after: due(after) }
    }),
  }
}
