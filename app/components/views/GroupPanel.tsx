import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ViewGroupBar } from "../../views/view.ts";
import { BarList } from "../figures/BarList.tsx";
import { formatCount } from "../format/money.ts";
import { Panel } from "../Panel.tsx";

/** The list's rows by supplier or facility, the most first; each bar narrows the list. */
export function GroupPanel({ title, sub, bars, more, what }: { title: string; sub: string; bars: readonly ViewGroupBar[]; more: number; what: string }): ReactNode {
  return (
    <Panel title={title} sub={sub}>
      {bars.length === 0 ? (
        <p className="second">No row names one.</p>
      ) : (
        <BarList
          items={bars.map((bar) => ({
            id: bar.value,
            label: (
              <Link to={bar.to} className="tr block hover:underline" data-tip={bar.name.length > 22 ? bar.name : undefined} preventScrollReset>
                {bar.name}
              </Link>
            ),
            value: bar.count,
          }))}
        />
      )}
      {more > 0 ? <p className="second mt-2">{formatCount(more)} more {what}: choose in the filters above</p> : null}
    </Panel>
  );
}
