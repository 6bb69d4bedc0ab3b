import { lazy, type ReactNode, Suspense, useSyncExternalStore } from "react";
import { formatCount } from "../format/money.ts";
import { formatMoment } from "../format/time.ts";
import { useReader } from "../reader.tsx";
import { AsTable } from "../table/AsTable.tsx";
import type { PlainColumn } from "../table/PlainTable.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";
import type { ChartPoint, ChartSeries } from "./series.ts";

// The chart library is by far the heaviest part of the page: it comes alone, later, and only where a chart is.
const Drawing = lazy(() => import("./LineDrawing.tsx"));

const never = (): (() => void) => () => undefined;

interface LineChartProps {
  /** The finding in one sentence, read instead of the picture. */
  sentence: string;
  series: readonly ChartSeries[];
  points: readonly ChartPoint[];
  /** CSS pixels; the box keeps it before the drawing arrives, so nothing jumps. */
  height?: number;
}

/** Rates over time as lines. Missing values break the line and are hatched. The same figures stand below as a table, also without JavaScript. */
export function LineChart({ sentence, series, points, height = 120 }: LineChartProps): ReactNode {
  const { zone, now } = useReader();
  // False on the server and in the first browser render: the drawing needs a measured box.
  const here = useSyncExternalStore(never, () => true, () => false);
  return (
    <figure className="chart">
      <div className="legend-keys mb-1">
        {series.map((one) => (
          <span key={one.key}>
            <svg width="14" height="4" aria-hidden="true">
              <path d="M0 2h14" stroke={one.color} strokeWidth="2.5" strokeDasharray={one.dashed ? "4 3" : undefined} />
            </svg>
            {one.label}
          </span>
        ))}
      </div>
      <div className="chart-box only-js" role="img" aria-label={sentence} style={{ height }}>
        {here ? (
          <Suspense fallback={null}>
            <Drawing series={series} points={points} height={height} zone={zone} />
          </Suspense>
        ) : null}
      </div>
      <AsTable
        caption={sentence}
        columns={[{ header: "Time", cell: (point) => formatMoment(point.at, zone, now) ?? point.at }, ...series.map((one): PlainColumn<ChartPoint> => ({ header: one.label, numeric: true, cell: (point) => <Figure value={point.values[one.key]} /> }))]}
        rows={points}
        rowId={(point) => point.at}
      />
    </figure>
  );
}

function Figure({ value }: { value: number | null | undefined }): ReactNode {
  if (value === undefined) return <NotApplicable />;
  return value === null ? <Unknown>no data</Unknown> : formatCount(value);
}
