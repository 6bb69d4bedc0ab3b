import { type ReactNode, useId } from "react";
import { formatCount } from "../format/money.ts";
import { sparkGeometry } from "../format/sparkline.ts";

interface SparklineProps {
  /** Oldest first; null where there is no data. */
  values: readonly (number | null)[];
  /** What is counted, for the sentence. */
  what: string;
  /** `14 days` by default. */
  span?: string;
  width?: number;
  height?: number;
  /** Fixed ends of the scale, for shares: `[0, 100]`. */
  range?: readonly [floor: number, top: number];
}

/** A small trend without axes; the number stands beside it. Missing days are hatched, never joined. */
export function Sparkline({ values, what, span = `${values.length} days`, width = 92, height = 38, range }: SparklineProps): ReactNode {
  const hatch = useId();
  const g = sparkGeometry(values, width, height, range);
  const known = values.filter((v): v is number => v !== null);
  const missing = values.length - known.length;
  const sentence = known.length === 0 ? `${what}: no data in ${span}` : `${what}, ${span}: ${formatCount(known[0] ?? 0)} to ${formatCount(known.at(-1) ?? 0)}${missing > 0 ? `, ${missing} without data` : ""}`;
  return (
    <svg className="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={sentence}>
      {g.gaps.length > 0 ? (
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" fill="var(--unknown-soft)" />
          <path d="M0 0v6" stroke="var(--unknown-fill)" strokeWidth="1.4" />
        </pattern>
      ) : null}
      {g.gaps.map((gap) => (
        <rect key={gap.x} x={gap.x} y="0" width={gap.width} height={height} fill={`url(#${hatch})`} opacity=".6" />
      ))}
      {g.areas.map((area) => (
        <path key={area} d={area} fill="var(--c1)" opacity=".1" />
      ))}
      {g.lines.map((line) => (
        <path key={line} d={line} fill="none" stroke="var(--c1)" strokeWidth="1.5" strokeLinejoin="round" strokeLinecap="round" />
      ))}
      {g.end ? <circle cx={g.end.x} cy={g.end.y} r="2.4" fill="var(--c1)" stroke="var(--surface)" /> : null}
    </svg>
  );
}
