import type { ReactNode } from "react";
import { formatDay } from "./format/time.ts";
import { Icon, type IconName } from "./Icon.tsx";
import { useReader } from "./reader.tsx";
import { Time } from "./Time.tsx";

export interface HistoryEntry {
  id: string;
  at: string;
  icon: IconName;
  /** What happened, in words; who did it first, in bold. */
  text: ReactNode;
}

/** What happened to one thing, newest first, with a line for each new day. Entries arrive sorted. */
export function History({ entries }: { entries: readonly HistoryEntry[] }): ReactNode {
  const { zone, now } = useReader();
  const today = formatDay(now, zone, now);
  return (
    <ol className="history">
      {entries.map((entry, index) => {
        const day = formatDay(entry.at, zone, now);
        const before = entries[index - 1];
        const heading = day !== (before ? formatDay(before.at, zone, now) : today) ? day : null;
        return (
          <li key={entry.id}>
            {heading ? <span className="day">{heading}</span> : null}
            <Time at={entry.at} as="clock" />
            <Icon name={entry.icon} />
            <p>{entry.text}</p>
          </li>
        );
      })}
    </ol>
  );
}
