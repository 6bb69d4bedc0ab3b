import type { ReactNode } from "react";
import { formatDuration, secondsBetween } from "./format/duration.ts";
import { formatExact } from "./format/time.ts";
import { cx } from "./cx.ts";
import { Icon } from "./Icon.tsx";
import { useReader } from "./reader.tsx";

interface SlaClockProps {
  /** When the clock started and when it runs out (RFC 3339). No due time: nothing was promised. */
  startedAt: string;
  dueAt: string | null;
  /** Share of the allowed working time already used, from the server, which knows the calendar. Without it plain time is used. */
  used?: number | null;
  /** Why the clock stands still, such as `waits for the supplier`. */
  paused?: string | null;
  /** The instant to count to, when not the page's: a closed exception stops its clock. */
  until?: string | null;
  big?: boolean;
}

/** The service-level clock: text first, bar second. Grey on time, caution from 80 %, stop when breached, dashed when paused. */
export function SlaClock({ startedAt, dueAt, used, paused, until, big = false }: SlaClockProps): ReactNode {
  const { now, zone } = useReader();
  if (dueAt === null) return <span className="second">no due time</span>;
  const left = secondsBetween(until ?? now, dueAt);
  const plain = 1 - left / Math.max(1, secondsBetween(startedAt, dueAt));
  const share = left <= 0 ? 1 : Math.min(0.99, Math.max(0, used ?? plain));
  const state = paused ? "paused" : left <= 0 ? "breached" : share >= 0.8 ? "risk" : "time";
  const text = paused ? `paused, ${paused}` : `${formatDuration(left)} ${left <= 0 ? "over" : "left"}`;
  return (
    <span className={cx("sla", `sla-${state}`, big && "big")} data-tip={`Due ${formatExact(dueAt, zone) ?? dueAt}`} suppressHydrationWarning>
      <span className="t">
        {state === "breached" ? <Icon name="stop" /> : state === "risk" ? <Icon name="caution" /> : state === "paused" ? <Icon name="paused" /> : null}
        <span className="tr">{text}</span>
      </span>
      <span className="bar" aria-hidden="true">
        <span style={{ width: `${(share * 100).toFixed(1)}%` }} />
      </span>
    </span>
  );
}
