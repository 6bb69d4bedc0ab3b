import type { ReactNode } from "react";
import { Link } from "react-router";
import { formatCount, type MoneyValue } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { MoneyList } from "../Money.tsx";
import { Unknown } from "../Unknown.tsx";
import { AgeingBar, type AgeingStep } from "./AgeingBar.tsx";
import { Sparkline } from "./Sparkline.tsx";

/** A change since before, and whether more is worse. Without a judgement it stays uncoloured. */
export function Delta({ change, worse, suffix }: { change: number; worse?: "up" | "down"; suffix?: string }): ReactNode {
  const tone = change === 0 || !worse ? "text-ink-3" : (change > 0) === (worse === "up") ? "t-stop" : "t-clear";
  const direction = change > 0 ? "up " : change < 0 ? "down " : "";
  return (
    <span className={`delta ${tone}`}>
      <Icon name={change > 0 ? "rise" : change < 0 ? "fall" : "flat"} size="xs" />
      <span className="vh">{direction}</span>
      {formatCount(Math.abs(change))}
      {suffix ? ` ${suffix}` : null}
    </span>
  );
}

interface StatTileProps {
  title: string;
  to: string;
  /** Null when it could not be counted. */
  count: number | null;
  /** Change in the last 24 h; null when there is nothing to compare with. */
  change?: number | null;
  amounts?: readonly MoneyValue[];
  /** 14 days, oldest first; null where a day has no data. */
  trend?: readonly (number | null)[];
  ageing?: readonly AgeingStep[];
  /** One line that says what stands behind it. */
  remark?: ReactNode;
  /** The figure's definition from the catalogue, on hover and focus. */
  definition?: string;
  /** Its rows are what the page shows now. */
  current?: boolean;
}

/** A headline figure that leads to its rows. */
export function StatTile({ title, to, count, change, amounts, trend, ageing, remark, definition, current }: StatTileProps): ReactNode {
  return (
    <Link to={to} className="panel tile" data-tip={definition} aria-current={current ? "true" : undefined}>
      <h3 className="tr">{title}</h3>
      <div className="top">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-baseline gap-x-1.5">
            <span className="v">{count === null ? <Unknown /> : formatCount(count)}</span>
            {change === undefined || change === null ? null : (
              <>
                <Delta change={change} worse="up" /> <span className="second">in 24 h</span>
              </>
            )}
          </div>
          {amounts ? (
            <div className="mt-0.5 text-12">
              <MoneyList amounts={amounts} cents={false} />
            </div>
          ) : null}
        </div>
        {trend ? <Sparkline values={trend} what={title} /> : null}
      </div>
      {ageing ? <AgeingBar steps={ageing} /> : null}
      {remark ? <div className="line-clamp-2 text-12 text-ink-2">{remark}</div> : null}
    </Link>
  );
}
