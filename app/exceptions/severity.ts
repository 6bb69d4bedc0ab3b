/** How severe a trouble is, thin and explained: criticality, the money in it, how long it is past due. */
import { fromMinor, minorDigits } from '#queries/model/money.ts'
import { SEVERITIES } from '#queries/model/exception.ts'
import type { Severity } from '#queries/model/exception.ts'

/** Whole units of the amount's own currency from which a trouble is one step more severe. */
export const LARGE_AMOUNT = 50_000n
/** How long past due (milliseconds) makes a trouble one step more severe: three days. */
export const LONG_PAST_DUE_MS = 3 * 24 * 3_600_000

/** The severity and the reasons in words, most telling first. `dueAt` null: nothing was due. */
export function severityOf(trouble: { criticality: string; amountMinor: string | null; currency: string; dueAt: number | null }, now: number): { severity: Severity; reasons: string[] } {
  const start = SEVERITIES.indexOf(trouble.criticality as Severity)
  let rank = start < 0 ? SEVERITIES.indexOf('normal') : start
  const reasons = [start < 0 ? 'No criticality was given, so it counts as normal' : `The criticality is ${trouble.criticality}`]
  if (isLarge(trouble.amountMinor, trouble.currency)) {
    rank -= 1
    reasons.push(`${trouble.currency} ${fromMinor(trouble.amountMinor ?? '0', trouble.currency).value} is at risk, ${LARGE_AMOUNT} or more`)
  }
  if (trouble.dueAt !== null && now - trouble.dueAt >= LONG_PAST_DUE_MS) {
    rank -= 1
    reasons.push('It is more than 3 days past its due time')
  }
  return { severity: SEVERITIES[Math.max(0, rank)] ?? 'critical', reasons }
}

function isLarge(amountMinor: string | null, currency: string): boolean {
  if (amountMinor === null) return false
  const amount = BigInt(amountMinor)
  return (amount < 0n ? -amount : amount) >= LARGE_AMOUNT * 10n ** BigInt(minorDigits(currency) ?? 2)
}
