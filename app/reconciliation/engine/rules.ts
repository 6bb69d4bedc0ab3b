/** What the engine is told: the rules of a set in the form the passes read, what is known beside the items, and what people decided. */
import { parts } from './exchange.ts'
import type { ExchangeRate } from './exchange.ts'
import type { Allocation, DifferenceReason, Pass, ReconItem } from '#queries/model/reconciliation.ts'
import type { Weights } from './scoring.ts'

/** Minor units by currency. */
export type MinorByCurrency = Readonly<Record<string, bigint>>

export interface Tolerance {
  /** by currency; a currency that is not named has none */
  absolute: MinorByCurrency
  /** share of the right side's amount as a decimal string (`0.005` is half a percent); `0` for none */
  relative: string
  /** days that dates of a match may lie apart unless a rule says otherwise */
  days: number
}

export interface EngineRule {
  id: string
  pass: Pass
  /** the two sides it compares; the left one usually is the money */
  left: string
  right: string
  /** which keys must be equal, all of them; or any reference shared; or any link of these names shared, however many share it */
  keys: 'references' | readonly (readonly [left: string, right: string])[] | { links: readonly string[] }
  /** days the dates may lie apart; null: any. Items without a date are inside every window. */
  days: number | null
  /** both must name the same counterparty; otherwise they must only not name different ones */
  sameCounterparty: boolean
  /** false: only suggests */
  autoMatch: boolean
  /** nothing larger is matched without a person; null: no limit, a currency that is not named has none */
  cap: MinorByCurrency | null
  priority: number
}

export interface EngineSet {
  id: string
  rules: readonly EngineRule[]
  tolerance: Tolerance
  /** weights of suggestions; the standard ones if absent */
  weights?: Weights
}

/** What is known of items beside their own fields, by item id. */
export interface Facts {
  /** rate stated with a payment, with its source: without one different currencies never match */
  rates: ReadonlyMap<string, ExchangeRate>
  /** fee kept back from a payment before it arrived, minor units of its currency */
  fees: ReadonlyMap<string, bigint>
  /** what may be taken off an invoice when it is paid until that day */
  discounts: ReadonlyMap<string, { minor: bigint; until: string }>
  /** items that take no part, such as a payment inside a payout */
  excluded: ReadonlySet<string>
  /** links of an item by name, each with its values in normal form; none if absent */
  links?: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>>
}

export const NO_FACTS: Facts = { rates: new Map(), fees: new Map(), discounts: new Map(), excluded: new Set() }

/** What a person decided and has not undone. Applied before every pass. */
export type Decision =
  | { kind: 'match'; id: string; allocations: readonly Allocation[]; differences: readonly { reason: DifferenceReason; minor: bigint; currency: string }[]; reason: string }
  | { kind: 'decline'; id: string; items: readonly [string, string] }
  | { kind: 'write_off'; id: string; item: string; minor: bigint }

/**
 * Minor units by which an amount may be off: the smaller of the absolute and the relative tolerance where both are set. Throws RangeError for
 * a relative tolerance that is no decimal.
 */
export function toleranceOf({ absolute, relative }: Tolerance, minor: bigint, currency: string): bigint {
  const { numerator, denominator } = parts(relative)
  const share = (minor * numerator) / denominator
  const fixed = absolute[currency]
  if (fixed === undefined) return share
  return numerator === 0n || fixed < share ? fixed : share
}

/** True where what joins items is stronger than a reference in a text: a key or a link both sides keep. */
export const isKeyed = ({ keys }: EngineRule): boolean => keys !== 'references' && (!Array.isArray(keys) || keys.length > 0)

/** True where a rule may match this amount without a person. */
export const underCap = ({ autoMatch, cap }: EngineRule, minor: bigint, currency: string): boolean => autoMatch && (cap === null || cap[currency] === undefined || minor <= cap[currency])

/** An item's open amount with its sign: a debit is negative. */
export const signed = ({ direction }: ReconItem, minor: bigint): bigint => (direction === 'debit' ? -minor : minor)

/** The absolute value. */
export const magnitude = (minor: bigint): bigint => (minor < 0n ? -minor : minor)

/** The order of ids, the same everywhere: by code unit, never by locale. */
export const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
