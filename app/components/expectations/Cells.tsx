import type { ReactNode } from "react";
import { formatCount } from "../format/money.ts";
import { Percent } from "../Percent.tsx";

const LEVELS = ["critical", "high", "normal", "low"] as const;

/** The time allowed, from critical to low; equal times are said once. */
export function WithinCell({ within }: { within: readonly string[] }): ReactNode {
  const all = new Set(within).size === 1;
  return (
    <span className="tr block" data-tip={within.map((time, index) => `${LEVELS[index]}: ${time}`).join(", ")}>
      {all ? within[0] : within.join(" · ")}
    </span>
  );
}

/** In which calendar time counts, and from which share of it a wait is at risk. */
export function CalendarCell({ name, warnAt }: { name: string; warnAt: string }): ReactNode {
  return (
    <span className="block min-w-0">
      <span className="tr block" data-tip={name}>
        {name}
      </span>
      <span className="second tr block">at risk from {warnAt}</span>
    </span>
  );
}

/** The share that came in time; nothing was due is said as such. */
export function InTime({ share, due }: { share: number | null; due: number }): ReactNode {
  if (share === null) return <span className="text-ink-3">none due</span>;
  return (
    <span data-tip={`of ${formatCount(due)} that were met or came due`}>
      <Percent share={share} />
    </span>
  );
}
