/** How a planted story departs from the normal course. Normal stories have no plan. */
import type { SeedError } from './events.ts'

/** Ways in which attempts at a step end badly. */
export type Failure = 'dead_lettered' | 'not_retryable' | 'unrecovered' | 'exhausted'

export type Fault =
  /** the step never happens, and nothing after it on this branch */
  | { how: 'missing' }
  /** attempts end badly and nothing follows */
  | { how: Failure; error: SeedError }
  /** attempts end badly, and one succeeds `afterMs` later */
  | { how: 'recovered'; first: Failure; error: SeedError; afterMs: number }
  /** another event comes instead of the step; nothing follows unless the story `goesOn` */
  | { how: 'instead'; type: string; goesOn?: boolean }
  /** another event comes first, and the step itself `afterMs` later, or as much later still if the event `by` must come between */
  | { how: 'superseded'; type: string; afterMs: number; by?: string }
  /** the step happens `byMs` after its due time (negative: before) */
  | { how: 'shifted'; byMs: number }
  /** the step is dated this long before the one it answers, as clocks that disagree have it */
  | { how: 'early'; byMs: number }
  /** the step happens with other figures than the other side's; `factor` scales its amount */
  | { how: 'altered'; factor: number }
  /** the step happens, and once more about another object of the same kind */
  | { how: 'repeated' }

export interface Plan {
  /** the event type at which the story departs */
  at: string
  fault: Fault
  /** the step of this type happens at exactly this instant (epoch ms) */
  force: { type: string; at: number } | null
  /** whom the story's requisition is routed to, and who takes over before it is decided; the flow's own draw where nobody is named */
  approver?: string | null
  substitute?: string | null
}
