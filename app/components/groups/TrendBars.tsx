import type { ReactNode } from "react";
import { formatCount } from "../format/money.ts";
import { formatClock, formatDay } from "../format/time.ts";
import { useReader } from "../reader.tsx";
import { AsTable } from "../table/AsTable.tsx";

interface TrendBarsProps {
  /** Oldest first; a value for every step, a real zero where nothing failed. */
  points: readonly { at: string; count: number }[];
  step: "hour" | "day";
}

/** New failures per hour or day as columns; the same figures stand below as a table. */
export function TrendBars({ points, step }: TrendBarsProps): ReactNode {
  const { zone, now } = useReader();
  const most = Math.max(1, ...points.map((point) => point.count));
  const all = points.reduce((sum, point) => sum + point.count, 0);
  const top = points.find((point) => point.count === most);
  const label = (at: string): string => [formatDay(at, zone, now), ...(step === "hour" ? [formatClock(at, zone)] : [])].filter(Boolean).join(", ");
  const first = points[0];
  const last = points.at(-1);
  const sentence = all === 0 ? `No new failure in these ${points.length} ${step}s` : `${formatCount(all)} new failures in ${points.length} ${step}s, most of them ${label(top?.at ?? "")}: ${formatCount(most)}`;
  return (
    <figure className="chart">
      <div className="trendbars" role="img" aria-label={sentence}>
        <span className="most" aria-hidden="true">
          {formatCount(most)}
        </span>
        {points.map((point) => (
          <span key={point.at} className="bar" data-tip={`${label(point.at)}: ${formatCount(point.count)}`}>
            {point.count > 0 ? <i style={{ height: `${Math.max(4, (point.count / most) * 100).toFixed(1)}%` }} /> : null}
          </span>
        ))}
      </div>
      <div className="trendbars-ends second" aria-hidden="true">
        <span>{first ? label(first.at) : null}</span>
        <span>{last ? label(last.at) : null}</span>
      </div>
      <AsTable
        caption={sentence}
        columns={[{ header: step === "hour" ? "Hour" : "Day", cell: (point) => label(point.at) }, { header: "New failures", numeric: true, cell: (point) => formatCount(point.count) }]}
        rows={points}
        rowId={(point) => point.at}
      />
    </figure>
  );
}
