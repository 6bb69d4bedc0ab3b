import type { IconName } from "../Icon.tsx";

/** What one bar of a lane shows. `recovered`: the attempt that succeeded after failures. */
export type BarKind = "done" | "failed" | "recovered" | "waiting" | "missing" | "unknown";

export interface TraceBar {
  kind: BarKind;
  /** RFC 3339. A missing step runs from when it was due to now. */
  start: string;
  end: string;
  /** Words on the bar, such as `due 10:32, 4 h late`; for missing and unknown. */
  label?: string;
}

/** One step of a trace, or one of its attempts. */
export interface TraceLane {
  id: string;
  name: string;
  /** Quiet words after the name: the system, the reason. */
  detail?: string;
  icon: IconName;
  /** What the icon says, for screen readers and the table. */
  state: string;
  kind: "step" | "missing" | "not_due";
  bars: readonly TraceBar[];
  /** `0.2 s`, `1 h 39 min`, `not due`: text, the server knows what to say. */
  took: string;
  /** When it happened, for the table; null when it did not. */
  at: string | null;
  /** More than one attempt folds into one row and unfolds here. */
  attempts?: readonly TraceLane[];
}

/** All instants that must be readable on the axis, in milliseconds. */
export function instantsOf(lanes: readonly TraceLane[]): number[] {
  return lanes.flatMap((lane) => [...lane.bars.flatMap((bar) => [Date.parse(bar.start), Date.parse(bar.end)]), ...instantsOf(lane.attempts ?? [])]).filter((t) => !Number.isNaN(t));
}
