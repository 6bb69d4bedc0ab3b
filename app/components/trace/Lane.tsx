import type { ReactNode } from "react";
import type { TimeScale } from "../format/timescale.ts";
import { Icon } from "../Icon.tsx";
import type { TraceBar } from "./lanes.ts";

/** The bars of one step on the shared axis. Decoration: the words stand in the row and in the table. */
export function Lane({ bars, scale }: { bars: readonly TraceBar[]; scale: TimeScale }): ReactNode {
  return (
    <div className="lane" aria-hidden="true">
      {scale.ticks.map((tick) => (
        <span key={tick.at} className="tick" style={{ left: `${tick.at}%` }} />
      ))}
      {scale.breakAt === null ? null : <span className="brk" style={{ left: `${scale.breakAt}%` }} />}
      {bars.map((bar) => (
        <Bar key={`${bar.kind} ${bar.start} ${bar.end}`} bar={bar} scale={scale} />
      ))}
      <span className="now" style={{ left: "100%" }} />
    </div>
  );
}

function Bar({ bar, scale }: { bar: TraceBar; scale: TimeScale }): ReactNode {
  const from = scale.position(Date.parse(bar.start));
  const to = Math.max(from, scale.position(Date.parse(bar.end)));
  // A bar at the right edge keeps its least width inside the lane.
  const left = Math.min(from, 98.5);
  return (
    <>
      <span className={`bar bar-${bar.kind}`} style={{ left: `${left}%`, width: `${Math.max(0, to - left)}%` }}>
        {bar.kind === "failed" ? <Icon name="x" /> : bar.kind === "recovered" ? <Icon name="check" /> : null}
      </span>
      {bar.label ? <Label bar={bar} from={left} to={to} /> : null}
    </>
  );
}

/** On the bar when it is wide, else on the side where there is room. */
function Label({ bar, from, to }: { bar: TraceBar; from: number; to: number }): ReactNode {
  const place = to - from > 24 ? "mid" : from > 50 ? "left" : "right";
  const at = place === "mid" ? (from + to) / 2 : place === "left" ? from : to;
  return (
    <span className={`lb ${place} ${bar.kind === "missing" ? "lb-missing" : ""}`} style={{ left: `${at}%` }}>
      {bar.label}
    </span>
  );
}
