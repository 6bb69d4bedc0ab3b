import type { ReactNode } from "react";
import { Link } from "react-router";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import type { Aspect } from "../StatusAspect.tsx";

export interface Station {
  id: string;
  name: string;
  /** How many integrations belong to it. */
  count: number;
  aspect: Aspect;
  /** The worst of them in a few words, or when the last event came. */
  remark: string;
  to: string;
}

const ASPECT_WORDS: Record<Aspect, string> = { stop: "failing", caution: "late", clear: "clear", unknown: "unknown", paused: "paused", waiting: "nothing due" };
const TONES: Partial<Record<Aspect, string>> = { stop: "t-stop", caution: "t-caution", unknown: "t-unknown" };

/** The groups of integrations as stations on one line, each with its state. */
export function HealthStrip({ stations }: { stations: readonly Station[] }): ReactNode {
  return (
    <div className="track">
      {stations.map((station) => (
        <Link key={station.id} to={station.to} className="station" data-tip={`${station.name}: ${station.remark}`}>
          <span className="a">
            <Icon name={station.aspect} label={ASPECT_WORDS[station.aspect]} />
          </span>
          <div className="n">
            {station.name} <span>{formatCount(station.count)}</span>
          </div>
          <div className={`d ${TONES[station.aspect] ?? ""}`}>{station.remark}</div>
        </Link>
      ))}
    </div>
  );
}

export type HourState = "clear" | "late" | "failing" | "none" | "idle";

const HOUR_WORDS: Record<HourState, string> = { clear: "normal", late: "late or slow", failing: "failing", none: "without data", idle: "nothing expected" };

/** The last hours of one integration as small blocks, oldest first. Normal is quiet, never green. */
export function HourStrip({ hours, span = `last ${hours.length} hours` }: { hours: readonly HourState[]; span?: string }): ReactNode {
  const counts = Map.groupBy(hours, (hour) => hour);
  const sentence = [...counts].map(([state, list]) => `${list.length} ${HOUR_WORDS[state]}`).join(", ");
  return (
    <div className="hours" role="img" aria-label={`${span}: ${sentence}`}>
      {hours.map((hour, i) => (
        // Blocks have no identity but their place.
        <span key={`${i}-${hour}`} className={hour === "clear" ? undefined : hour} />
      ))}
    </div>
  );
}
