import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import { cx } from "../cx.ts";
import { formatClock } from "../format/time.ts";
import { type TimeScale, timeScale } from "../format/timescale.ts";
import { Icon } from "../Icon.tsx";
import { useReader } from "../reader.tsx";
import { instantsOf, type TraceLane } from "./lanes.ts";
import { Lane } from "./Lane.tsx";
import { TraceTable } from "./TraceTable.tsx";

interface TraceWaterfallProps {
  lanes: readonly TraceLane[];
  /** The step the page is about: marked, and its attempts unfolded. */
  current?: string;
  /** Where choosing a step leads: its details beside the waterfall. Null for rows without. */
  stepTo?: (lane: TraceLane) => string | null;
}

/**
 * What happened in order, with what is missing in its place. Attempts fold into one row; a silence that dwarfs the rest is
 * cut by a drawn and named break. `↑ ↓` move, `→ ←` unfold and fold. The same steps stand below as a table.
 */
export function TraceWaterfall({ lanes, current, stepTo }: TraceWaterfallProps): ReactNode {
  const { zone, now } = useReader();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(current ? [current] : []));
  const rows = useRef<HTMLDivElement>(null);
  const instants = instantsOf(lanes);
  const scale = timeScale(instants, Math.max(Date.parse(now), ...instants), zone);
  const start = instants.length > 0 ? new Date(Math.min(...instants)).toISOString() : now;
  const fold = (id: string, unfold: boolean): void => {
    setOpen((before) => {
      const next = new Set(before);
      if (unfold) next.add(id);
      else next.delete(id);
      return next;
    });
  };
  useEffect(() => {
    const box = rows.current;
    const onKey = (event: KeyboardEvent): void => {
      const row = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-lane]") : null;
      if (!row || !box) return;
      const list = [...box.querySelectorAll<HTMLElement>("[data-lane]")];
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step !== 0) {
        event.preventDefault();
        list[list.indexOf(row) + step]?.focus();
      }
      if (event.key === "ArrowRight" || event.key === "ArrowLeft") fold(row.dataset.lane ?? "", event.key === "ArrowRight");
    };
    box?.addEventListener("keydown", onKey);
    return () => box?.removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <div className="wf" ref={rows} role="list" aria-label="Steps in order of time">
        <div className="wf-r head" role="presentation" aria-hidden="true">
          <span className="wf-nm over">Step</span>
          <div className="wf-ax">
            <span className="first" style={{ left: 0 }}>
              {formatClock(start, zone, true)}
            </span>
            {scale.ticks.filter((tick) => tick.at > 12 && tick.at < 84).map((tick) => (
              <span key={tick.at} style={{ left: `${tick.at}%` }}>
                {tick.label}
              </span>
            ))}
            {scale.breakAt === null ? null : <span style={{ left: `${scale.breakAt}%` }}>≈</span>}
            <span className="last" style={{ left: "100%" }}>
              now {formatClock(now, zone)}
            </span>
          </div>
          <span className="wf-du over">Took</span>
        </div>
        {lanes.map((lane, index) => (
          <LaneRow key={lane.id} lane={lane} scale={scale} current={lane.id === current} open={open.has(lane.id)} onFold={fold} first={index === 0} to={stepTo?.(lane) ?? null} />
        ))}
      </div>
      <div className="wf-foot">
        {scale.note ? (
          <>
            <Icon name="clock" size="s" />
            <span>{scale.note}</span>
          </>
        ) : null}
        <TraceTable lanes={lanes} />
      </div>
    </>
  );
}

interface LaneRowProps {
  lane: TraceLane;
  scale: TimeScale;
  current: boolean;
  open: boolean;
  onFold: (id: string, unfold: boolean) => void;
  first: boolean;
  to: string | null;
}

function LaneRow({ lane, scale, current, open, onFold, first, to }: LaneRowProps): ReactNode {
  const attempts = lane.attempts ?? [];
  return (
    <>
      <div className={cx("wf-r", lane.kind === "missing" && "wf-missing", current && "is-current")} role="listitem" data-lane={lane.id} tabIndex={first ? 0 : -1}>
        <span className="wf-nm">
          <Icon name={lane.icon} label={lane.state} />
          <span className="tr" data-tip={lane.detail ? `${lane.name}, ${lane.detail}` : undefined}>
            {to === null ? (
              <b>{lane.name}</b>
            ) : (
              <Link to={to} preventScrollReset className="hover:underline" aria-current={current ? "true" : undefined}>
                <b>{lane.name}</b>
              </Link>
            )}{" "}
            <span className={cx("second", lane.kind === "missing" && "block tr")}>{lane.detail}</span>
          </span>
          {attempts.length > 1 ? (
            <button type="button" aria-expanded={open} onClick={() => onFold(lane.id, !open)}>
              {attempts.length}
              <span className="vh"> attempts</span>
              <Icon name={open ? "down" : "right"} size="xs" />
            </button>
          ) : null}
        </span>
        <Lane bars={lane.bars} scale={scale} />
        <span className="wf-du">{lane.took}</span>
      </div>
      {open
        ? attempts.map((attempt) => (
            <div key={attempt.id} className="wf-r" role="listitem" data-lane={attempt.id} tabIndex={-1}>
              <span className="wf-nm d1">
                <Icon name={attempt.icon} label={attempt.state} />
                <span className="tr">
                  <b>{attempt.name}</b> <span className="second">{attempt.detail}</span>
                </span>
              </span>
              <Lane bars={attempt.bars} scale={scale} />
              <span className="wf-du">{attempt.took}</span>
            </div>
          ))
        : null}
    </>
  );
}

/** What the bars mean. */
export function TraceLegend(): ReactNode {
  return (
    <span className="legend-keys">
      <span>
        <span className="k-bar f-h3" />
        done
      </span>
      <span>
        <span className="k-bar f-stop" />
        failed ✕
      </span>
      <span>
        <span className="k-line" />
        waiting
      </span>
      <span>
        <span className="k-miss" />
        missing
      </span>
    </span>
  );
}
