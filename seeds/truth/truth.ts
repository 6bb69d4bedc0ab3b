/** The ground truth: what was planted and must be found, and what looks alike and must not. */
import { writeFile } from 'node:fs/promises'
import type { Criticality } from '#queries/model/event.ts'
import type { Amount } from '#seeds/history/money.ts'
import type { Level } from './slow-severity.ts'

export type Finder = 'failed' | 'overdue' | 'rejected' | 'mismatch'

/** One exception that must be open at `until`. Times are RFC 3339 in UTC; what does not apply is null. */
export interface TruthRow {
  caseKind: string
  finder: Finder
  process: string | null
  /** the exception's step: an event type, or the name of a technical step that is no event type; null for rejected */
  milestone: string | null
  object: { namespace: string; type: string; id: string } | null
  integration: string | null
  facility: string | null
  entity: string | null
  amount: Amount | null
  /** the milestone that started the clock; null where nothing is awaited */
  anchorAt: string | null
  /** when it became an exception */
  dueAt: string | null
  /** first failed attempt, negative answer or due time */
  firstSeen: string | null
  criticality: Criticality | null
  /** how severe it must be said to be at `until`; null for a finder that there is not yet */
  severity: Level | null
  /** reject code; null for the other finders */
  code: string | null
  /** identity of a rejected event where it has one */
  event: { source: string; id: string } | null
}

/** One object that must have no open exception at this milestone at `until`, and why one might think otherwise. */
export interface NearMiss {
  caseKind: string
  twin: string
  finder: Finder
  milestone: string | null
  object: { namespace: string; type: string; id: string } | null
  integration: string | null
  event: { source: string; id: string } | null
}

/** An undecided requisition that names an approver who left. `late`: past its due time at `until`. */
export interface RoutedToLeaver { person: string; requisition: string; late: boolean }

export interface GroundTruth { seed: number; until: string; cases: TruthRow[]; nearMisses: NearMiss[]; routedToLeavers: RoutedToLeaver[] }

/** Writes the ground truth as JSON. */
export async function writeTruth(file: string, truth: GroundTruth): Promise<void> {
  await writeFile(file, `${JSON.stringify(truth, null, 1)}\n`)
}
