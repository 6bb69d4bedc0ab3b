/**
 * Why the two sides of a match are not equal. *Closing* differences make up for the rest, so that both sides are done (a fee, a rounding);
 * *stating* ones say what stays open (a part payment). Signs: what the right side has more than the left, in the direction of its items.
 */
import type { DifferenceReason, ReconItem } from '#queries/model/reconciliation.ts'
import { toleranceOf, type Facts, type Tolerance } from './rules.ts'

export interface Difference { reason: DifferenceReason; minor: bigint; currency: string }

/** These say what is still open; all others close it. */
const STATING: ReadonlySet<DifferenceReason> = new Set(['part_payment', 'over_payment', 'missing_member', 'timing'])
/** Minor units per item that rounding explains. */
const ROUNDING = 1n

/** True for a difference that makes up for what is missing on one side. */
export const isClosing = ({ reason }: { reason: DifferenceReason }): boolean => !STATING.has(reason)

/**
 * What explains that the left items add up to less or more than the right ones, most specific first: a stated fee, an agreed discount taken
 * in time, rounding, the set's tolerance. None for equal sums; null where nothing does. Sums are in minor units of one currency.
 */
export function explain(left: readonly ReconItem[], right: readonly ReconItem[], sums: { left: bigint; right: bigint; currency: string }, facts: Facts, tolerance: Tolerance): Difference[] | null {
  const { currency } = sums
  const missing = sums.right - sums.left
  if (missing === 0n) return []
  const fee = total(left, facts.fees) + total(right, facts.fees)
  if (fee > 0n && missing === fee) return [{ reason: 'fee', minor: missing, currency }]
  const discount = right.reduce((sum, { id }) => {
    const offered = facts.discounts.get(id)
    const inTime = offered !== undefined && left.every(({ date }) => date !== null && date <= offered.until)
    return inTime ? sum + offered.minor : sum
  }, 0n)
  if (discount > 0n && missing === discount) return [{ reason: 'discount', minor: missing, currency }]
  const size = missing < 0n ? -missing : missing
  const allowed = toleranceOf(tolerance, sums.right < 0n ? -sums.right : sums.right, currency)
  if (size > allowed) return null
  return [{ reason: size <= ROUNDING * BigInt(right.length) ? 'rounding' : 'tolerance', minor: missing, currency }]
}

const total = (items: readonly ReconItem[], amounts: ReadonlyMap<string, bigint>): bigint => items.reduce((sum, { id }) => sum + (amounts.get(id) ?? 0n), 0n)

/** The two entries of an exchange: what the left side gave in its currency came out as the right side's amount in another. */
export function exchangeDifferences(left: { minor: bigint; currency: string }, right: { minor: bigint; currency: string }): Difference[] {
  return [{ reason: 'exchange', minor: -left.minor, currency: left.currency }, { reason: 'exchange', minor: right.minor, currency: right.currency }]
}
