import type { ReactNode } from "react";
import { formatClock, formatDay, formatExact, formatMoment } from "./format/time.ts";
import { useReader } from "./reader.tsx";
import { Unknown } from "./Unknown.tsx";

interface TimeProps {
  /** RFC 3339 instant, or null when it is not known. */
  at: string | null;
  /** `moment`: shortest unmistakable · `clock`: 14:32 · `seconds`: 14:32:08 · `day`: 20 Nov · `exact`. */
  as?: "moment" | "clock" | "seconds" | "day" | "exact";
  /** Reachable with Tab, so that the exact time shows on focus. Leave off in tables of many rows. */
  tabStop?: boolean;
}

/** An instant in the reader's zone; the exact one on hover and focus. */
export function Time({ at, as = "moment", tabStop = false }: TimeProps): ReactNode {
  const { zone, now } = useReader();
  if (at === null) return <Unknown />;
  const text = { moment: formatMoment(at, zone, now), clock: formatClock(at, zone), seconds: formatClock(at, zone, true), day: formatDay(at, zone, now), exact: formatExact(at, zone) }[as];
  if (text === null) return <Unknown>{at}</Unknown>;
  // Zone abbreviations may differ between the server's and the browser's locale data; the instant is the same.
  return (
    <time dateTime={at} className="whitespace-nowrap" data-tip={formatExact(at, zone) ?? undefined} tabIndex={tabStop ? 0 : undefined} suppressHydrationWarning>
      {text}
    </time>
  );
}
