import type { ReactNode } from "react";
import { formatDuration, formatLatency, secondsBetween } from "./format/duration.ts";
import { formatExact } from "./format/time.ts";
import { useReader } from "./reader.tsx";
import { Unknown } from "./Unknown.tsx";

/** How long ago an instant was, counted to the page's "as of"; the exact instant on hover and focus. */
export function Age({ since, suffix, tabStop = false }: { since: string | null; suffix?: string; tabStop?: boolean }): ReactNode {
  const { now, zone } = useReader();
  if (since === null) return <Unknown />;
  const seconds = secondsBetween(since, now);
  if (Number.isNaN(seconds)) return <Unknown />;
  return (
    <time dateTime={since} className="whitespace-nowrap" data-tip={formatExact(since, zone) ?? undefined} tabIndex={tabStop ? 0 : undefined}>
      {formatDuration(Math.max(0, seconds))}
      {suffix ? ` ${suffix}` : null}
    </time>
  );
}

/** A duration in seconds. */
export function Duration({ seconds }: { seconds: number | null }): ReactNode {
  return seconds === null ? <Unknown /> : <span className="whitespace-nowrap">{formatDuration(seconds)}</span>;
}

/** A latency in milliseconds. */
export function Latency({ ms }: { ms: number | null }): ReactNode {
  return ms === null ? <Unknown /> : <span className="whitespace-nowrap">{formatLatency(ms)}</span>;
}
