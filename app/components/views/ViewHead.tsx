import type { ReactNode } from "react";
import type { ViewTile } from "../../views/view.ts";
import { StatTile } from "../figures/StatTile.tsx";
import { formatDuration, secondsBetween } from "../format/duration.ts";
import { formatCount } from "../format/money.ts";
import { useReader } from "../reader.tsx";

/** Upper ends of the ageing steps are the tower's. */
const AGEING = ["< 1 d", "1–3 d", "3–7 d", "> 7 d"];

/** The figures of a view: its headline and the parts of it that matter, each with money, age and 14 days. */
export function ViewHead({ tiles }: { tiles: readonly ViewTile[] }): ReactNode {
  const { now } = useReader();
  return (
    <div className="tiles">
      {tiles.map((tile) => (
        <StatTile key={tile.key} title={tile.name} to={tile.to} count={tile.count} change={tile.change} amounts={tile.count === 0 || tile.money.length === 0 ? undefined : tile.money.slice(0, 2)} trend={tile.trend} ageing={tile.ageing.map((count, index) => ({ label: AGEING[index] ?? "", count }))} remark={remarkOf(tile, now)} definition={tile.definition} current={tile.current} />
      ))}
    </div>
  );
}

/** What stands behind a figure, in one line. */
function remarkOf(tile: ViewTile, now: string): string {
  if (tile.count === 0) return "Nothing of this kind is open";
  const parts = [tile.oldest ? `oldest ${formatDuration(Math.max(0, secondsBetween(tile.oldest, now)))}` : null, tile.money.length > 2 ? `${tile.money.length - 2} more ${tile.money.length === 3 ? "currency" : "currencies"}` : null, tile.withoutAmount > 0 && tile.money.length > 0 ? `${formatCount(tile.withoutAmount)} without amount` : null];
  const cause = tile.largest > 1 && tile.largest * 2 >= tile.count && tile.count > 2 ? `One cause explains ${formatCount(tile.largest)}` : `${formatCount(tile.causes)} ${tile.causes === 1 ? "cause" : "causes"}`;
  return [cause, ...parts.filter((part) => part !== null)].join(", ");
}
