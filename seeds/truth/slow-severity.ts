/**
 * How severe a planted case must be said to be: the shipped rules told once more, by hand and in another form, without reading their
 * documents and without the code that is judged by it. Levels count from 0 (low) to 3 (critical).
 */
import type { Criticality } from '#queries/model/event.ts'
import { minorOf, type Amount } from '#seeds/history/money.ts'
import type { Finder } from './truth.ts'

const LEVELS = ['low', 'normal', 'high', 'critical'] as const
export type Level = (typeof LEVELS)[number]

/** In whole units: below the first it is little, from the second on much, from the third on very much. */
const MONEY: Readonly<Record<string, readonly [little: bigint, much: bigint, veryMuch: bigint]>> = {
  CHF: [250n, 50_000n, 250_000n], EUR: [250n, 50_000n, 250_000n], GBP: [225n, 45_000n, 225_000n], KWD: [80n, 16_000n, 80_000n],
}
const DECIMALS: Readonly<Record<string, bigint>> = { CHF: 100n, EUR: 100n, GBP: 100n, KWD: 1000n }
/** Steps at which somebody waits for money, or can still sign. */
const NEVER_BELOW_HIGH = ['finance.supplier_payment.executed', 'finance.supplier_payment.returned', 'hr.payroll.posted', 'identity.approval_right.revoked']

export interface SevereCase {
  finder: Finder
  process: string | null
  milestone: string | null
  objectType: string | null
  criticality: Criticality | null
  amount: Amount | null
  /** the clock of the expected step: has its warning passed, its due time, one and two working days more; null where nothing is expected */
  clock: { warned: boolean; late: boolean; lateOneDay: boolean; lateTwoDays: boolean } | null
  /** it was ordered for a shelf that fell below its minimum */
  forShelf?: boolean
  /** trouble for three working days */
  threeDays: boolean
}

/** The level that a case must have. */
export function slowSeverity(given: SevereCase): Level {
  const { finder, clock } = given
  if (finder === 'rejected') return 'normal'
  const marked = given.criticality ?? 'normal'
  const careDepends = marked === 'critical' || marked === 'high'
  let level = LEVELS.indexOf(marked)
  const down = () => (level = level === 0 ? 0 : level - 1)
  const up = () => (level = level === 3 ? 3 : level + 1)
  const atLeast = (least: number) => (level = level < least ? least : level)

  if (given.process === 'batch-feeds' && !careDepends) down()
  const money = sizeOf(given.amount)
  if (money === 'little' && !careDepends) down()
  if ((given.objectType === 'stock_level' || given.objectType === 'transfer') && careDepends && finder !== 'mismatch') atLeast(3)
  if (given.process === 'procure-to-pay' && given.objectType === 'purchase_order' && careDepends && (clock?.lateOneDay || given.forShelf)) atLeast(3)
  if (given.milestone && NEVER_BELOW_HIGH.includes(given.milestone)) atLeast(2)
  if (money === 'much' || money === 'very much') up()
  if (money === 'very much') atLeast(3)
  if (finder === 'failed') {
    if (clock?.warned) atLeast(1)
    if (clock?.late) up()
    if (given.threeDays) up()
  }
  if (finder === 'overdue' && clock?.lateTwoDays) up()
  return LEVELS[level] ?? 'critical'
}

function sizeOf(amount: Amount | null): 'unknown' | 'little' | 'ordinary' | 'much' | 'very much' {
  const bounds = amount === null ? undefined : MONEY[amount.currency]
  const unit = amount === null ? undefined : DECIMALS[amount.currency]
  if (amount === null || !bounds || !unit) return 'unknown'
  const minor = BigInt(minorOf(amount))
  if (minor < bounds[0] * unit) return 'little'
  if (minor >= bounds[2] * unit) return 'very much'
  return minor >= bounds[1] * unit ? 'much' : 'ordinary'
}
