/** Replenishment: stock below its minimum with nothing coming, what was used of it, and what is on its way after all. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { toStoreInstant } from '#queries/clickhouse/event-row.ts'
import { itemIncoming, itemMovements, stockMeasured } from '#queries/clickhouse/views/supply.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { objectNoun, stepName } from '../exceptions/labels.ts'
import { objectPath } from '../paths.ts'
import type { ViewDefinition } from './definition.ts'
import type { ViewRow } from './view.ts'

const DAY_MS = 86_400_000
/** Days over which consumption is summed beside a row. */
const USED_DAYS = 7
/** What is shown of what is on its way; the rest is a number. */
const COMING_SHOWN = 2

export const REPLENISHMENT: ViewDefinition = {
  id: 'replenishment',
  title: 'Replenishment',
  noun: { one: 'stock', many: 'stocks' },
  figure: { name: 'Below minimum, nothing coming', definition: 'Stock that fell below its minimum and for which no transfer or order was requested in the time allowed for its criticality.' },
  headline: null,
  defaults: { objectType: ['stock_level'], step: ['inventory.transfer.requested'], kind: ['failed', 'overdue'], sort: 'severity' },
  within: { process: ['replenishment'], objectType: ['stock_level', 'transfer', 'item'] },
  cuts: [
    { key: 'critical', name: 'Critical items, nothing coming', definition: 'The same for critical items only: care stops when they run out.', filter: { criticality: ['critical'] } },
    { key: 'late_transfers', name: 'Transfers not arrived', definition: 'Transfers that were requested and not received in their time, or whose request or receipt failed.', filter: { objectType: ['transfer'], step: ['inventory.transfer.requested', 'inventory.transfer.received'] } },
    { key: 'consumption', name: 'Consumption not recorded', definition: 'Consumption that could not be recorded: the level shown for these items is too high.', filter: { objectType: ['item'], step: ['inventory.consumption.recorded'] } },
  ],
  stages: [
    { milestone: 'inventory.consumption.recorded', object: 'item' },
    { milestone: 'inventory.stock_level.below_threshold', object: 'stock_level' },
    { milestone: 'inventory.transfer.requested', object: 'transfer' },
    { milestone: 'inventory.transfer.received', object: 'transfer' },
  ],
  counterparty: 'Supplier',
}

/** What is known beside a row: null where nobody said. Quantities are decimals as they were sent. */
export interface StockFacts {
  item: string | null; itemTo: string | null; location: string | null; onHand: string | null; threshold: string | null; measuredAt: string | null
  usedAt: string | null; used: string | null; usedDays: number
  coming: { id: string; what: string; to: string; quantity: string | null; dueAt: string | null; step: string }[]; comingMore: number
}

/** The facts of the stocks on a page, by row key. */
export async function stockFacts(stores: Pick<Stores, 'clickhouse'>, catalogue: Catalogue, scope: Scope, rows: readonly ViewRow[], now: Date): Promise<Record<string, StockFacts>> {
  const { clickhouse } = stores
  const stocks = rows.flatMap(row => (row.object?.type === 'stock_level' ? [{ row, object: row.object }] : []))
  if (stocks.length === 0) return {}
  const unique = (values: readonly string[]) => [...new Set(values)]
  const measured = await stockMeasured.run(clickhouse, { ids: unique(stocks.map(({ object }) => object.id)), namespaces: unique(stocks.map(({ object }) => object.namespace)) }, scope)
  const places = { items: unique(measured.map(each => each.item).filter(item => item !== '')), facilities: unique(stocks.flatMap(({ row }) => row.facility ?? [])) }
  const [movements, incoming] = await Promise.all([
    itemMovements.run(clickhouse, { ...places, since: toStoreInstant(new Date(now.getTime() - USED_DAYS * DAY_MS)) }, scope),
    itemIncoming.run(clickhouse, places, scope),
  ])
  return Object.fromEntries(stocks.map(({ row, object }): [string, StockFacts] => {
    const level = measured.find(each => each.id === object.id && each.namespace === object.namespace)
    const here = (each: { item: string; facility: string }) => level !== undefined && level.item !== '' && each.item === level.item && each.facility === row.facility
    const moved = movements.find(here)
    const coming = incoming.filter(here)
    return [row.key, {
      item: level?.item || null, itemTo: level?.item ? `/objects/item/${encodeURIComponent(level.item)}` : null, location: level?.location || null, onHand: level?.on_hand || null, threshold: level?.threshold || null, measuredAt: level?.at ?? null,
      usedAt: moved?.used_at ?? null, used: moved?.used ?? null, usedDays: USED_DAYS,
      coming: coming.slice(0, COMING_SHOWN).map(each => ({ id: each.id, what: objectNoun(each.type), to: objectPath(each), quantity: each.quantity || null, dueAt: each.due_at, step: stepName(catalogue, each.step) ?? each.step })), comingMore: Math.max(0, coming.length - COMING_SHOWN),
    }]
  }))
}
