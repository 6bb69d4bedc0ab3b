/**
 * Reconciliation as the read interfaces answer it, and as engine, stores and screens hand it around.
 *
 * A *set* has sides; a side has *items* (an item is a document, a bank line, a line of a document); a *match* is a set of allocations
 * between items of different sides. An item is used up to its amount and never beyond; it ends in exactly one {@link ITEM_STATUSES}.
 */
import { z } from 'zod'

export const ITEM_STATUSES = ['matched', 'partially_matched', 'suggested', 'unmatched', 'expected', 'written_off', 'excluded'] as const
export type ItemStatus = (typeof ITEM_STATUSES)[number]

export const RUN_STATUSES = ['running', 'succeeded', 'failed'] as const
export const DIRECTIONS = ['credit', 'debit'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** Why the two sides of a match, or a match and its items, differ. Each is a recorded difference of the tie-out. */
export const DIFFERENCE_REASONS = ['fee', 'tolerance', 'exchange', 'discount', 'short_payment', 'over_payment', 'part_payment', 'missing_member', 'rounding', 'contractual_adjustment', 'patient_share', 'denial', 'take_back', 'provider_adjustment', 'quantity', 'price', 'freight', 'tax', 'timing'] as const
export type DifferenceReason = (typeof DIFFERENCE_REASONS)[number]

/** What the passes of a set do, in the order they may stand in. */
export const PASSES = ['exact', 'reference', 'tolerance', 'grouped', 'suggest'] as const
export type Pass = (typeof PASSES)[number]

const amount = z.object({ value: z.string(), currency: z.string() })
const difference = z.object({ reason: z.enum(DIFFERENCE_REASONS), amount })
const itemObject = z.object({ namespace: z.string(), type: z.string(), id: z.string(), line: z.string().nullable() })

/** `recon item` of the read interfaces. */
export const reconItemView = z.object({
  id: z.string(), side: z.string(), object: itemObject,
  amount, openAmount: amount, status: z.enum(ITEM_STATUSES),
  matchId: z.string().nullable(),
  counterparts: z.array(z.object({ itemId: z.string(), object: itemObject, allocated: amount })),
  difference: z.array(difference),
  direction: z.enum(DIRECTIONS).nullable(),
  rule: z.string().nullable(), score: z.number().nullable(), reasons: z.array(z.string()),
  ambiguous: z.boolean(),
  alternatives: z.array(z.object({ itemIds: z.array(z.string()), score: z.number().nullable(), reasons: z.array(z.string()) })),
  /** `engine`, or the person's id; null while nothing is decided */
  decidedBy: z.string().nullable(),
  firstSeen: z.string(), ageDays: z.number(),
})
export type ReconItemView = z.infer<typeof reconItemView>

/** Per side, account and currency: opening + new − allocated − written off − excluded ± reversed = closing. */
export const reconTotal = z.object({
  side: z.string(), account: z.string(), currency: z.string(),
  opening: amount, new: amount, allocated: amount, writtenOff: amount, excluded: amount, reversed: amount, closing: amount,
})
export type ReconTotal = z.infer<typeof reconTotal>

/** `recon set` of the read interfaces. */
export const reconSetView = z.object({
  set: z.string(), name: z.string(), sides: z.array(z.string()),
  tolerances: z.object({ absolute: z.array(amount), relative: z.string(), days: z.number() }),
  lastRun: z.object({ id: z.string(), status: z.enum(RUN_STATUSES), startedAt: z.string(), finishedAt: z.string().nullable(), totals: z.array(reconTotal) }).nullable(),
})
export type ReconSetView = z.infer<typeof reconSetView>

/** An item as the passes read it. Amounts are positive minor units of `currency`; `direction` carries the sign. */
export interface ReconItem {
  id: string
  side: string
  object: { namespace: string; type: string; id: string; line: string | null }
  minor: bigint
  /** what no allocation has taken yet; `0n <= open <= minor` */
  open: bigint
  currency: string
  direction: Direction | null
  account: string
  /** the day that counts for date windows, `2026-11-21`; null: none given */
  date: string | null
  /** exact keys by name, as sent (`endToEndId`, `gatewayId`, `payout`, …) */
  keys: Readonly<Record<string, string>>
  /** normalised references found in reference fields and free text, without duplicates */
  references: readonly string[]
  counterparty: string | null
  counterpartyName: string | null
  facility: string
  entity: string
  /** until then its other side is not due: `expected`, no exception (ISO instant) */
  dueAt: string | null
}

/** How much of `a` answers how much of `b`; the two differ by the match's recorded differences only. Minor units of each item's currency. */
export interface Allocation { a: string; b: string; aMinor: bigint; bMinor: bigint }

/** A proposed or made match. `decided`: it holds; otherwise a suggestion that takes nothing of its items. */
export interface Match {
  id: string
  decided: boolean
  rule: string
  pass: Pass
  allocations: readonly Allocation[]
  differences: readonly { reason: DifferenceReason; minor: bigint; currency: string }[]
  /** 0 to 1; 1 for exact passes */
  score: number
  /** named reasons, most important first, in words a finance lead reads */
  reasons: readonly string[]
  ambiguous: boolean
  alternatives: readonly { items: readonly string[]; score: number; reasons: readonly string[] }[]
}
