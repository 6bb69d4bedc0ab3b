/** The address of the rows behind a statement: URL ⇄ what to show. */
import { z } from 'zod'
import { paging } from '#queries/model/filter.ts'

const DAY_MS = 86_400_000
/** No statement is computed from a longer stretch; a longer one would read too much. */
const LONGEST_DAYS = 8

/** `errorClass` and `errorCode` (may be empty) ask for failed attempts of exactly these, without both all moves are shown. */
export const evidenceFilter = z.strictObject({
  integration: z.string().min(1).max(200), from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }), errorClass: z.string().max(200).optional(), errorCode: z.string().max(200).optional(), ...paging.shape,
})

/** Why a stretch cannot be shown; null if it can. */
export function stretchProblem({ from, to }: { from: string; to: string }): string | null {
  const length = Date.parse(to) - Date.parse(from)
  return length > 0 && length <= LONGEST_DAYS * DAY_MS ? null : `from and to: at most ${LONGEST_DAYS} days, the end after the beginning`
}

/** The path of the events behind a statement. */
export function evidencePath(evidence: { integration: string; from: string; to: string; errorClass?: string; errorCode?: string }): string {
  return `/assistance/events?${new URLSearchParams(Object.entries(evidence))}`
}
