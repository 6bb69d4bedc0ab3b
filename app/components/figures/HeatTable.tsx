import type { CSSProperties, ReactNode } from "react";
import { Link } from "react-router";
import { heatStep } from "../format/heat.ts";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";

export interface HeatCell {
  /** Null when the source has no data: hatched, never a zero. */
  value: number | null;
  breached?: number;
  /** Instead of the plain count, such as an age. */
  text?: ReactNode;
  to?: string;
}

export interface HeatRow {
  id: string;
  label: string;
  to?: string;
  /** One per column, in the same order. */
  cells: readonly HeatCell[];
  total: ReactNode;
}

/** Backlog as a heat table: the number in each cell, breached ones as a badge, the colour scaled over the whole table. */
export function HeatTable({ caption, corner, columns, rows }: { caption: string; corner: string; columns: readonly string[]; rows: readonly HeatRow[] }): ReactNode {
  const largest = Math.max(0, ...rows.flatMap((row) => row.cells.map((cell) => cell.value ?? 0)));
  return (
    <div className="tw pb-2" tabIndex={0} role="group" aria-label={caption}>
      <table className="heat" style={{ "--heat-columns": columns.length } as CSSProperties}>
        <caption className="vh">{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
            <th scope="col">Total</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id}>
              <th scope="row">
                <div className="tr" data-tip={row.label.length > 28 ? row.label : undefined}>
                  {row.to ? (
                    <Link to={row.to} className="tr block leading-6 hover:underline">
                      {row.label}
                    </Link>
                  ) : (
                    row.label
                  )}
                </div>
              </th>
              {row.cells.map((cell, i) => (
                <td key={columns[i]}>
                  <HeatValue cell={cell} largest={largest} />
                </td>
              ))}
              <td className="tot">{row.total}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeatValue({ cell, largest }: { cell: HeatCell; largest: number }): ReactNode {
  if (cell.value === null) {
    return (
      <span className="c q-unknown">
        <Icon name="unknown" size="xs" label="no data" />
      </span>
    );
  }
  const classes = `c q${heatStep(cell.value, largest)}`;
  const content = (
    <>
      {cell.breached ? (
        <span className="br">
          <Icon name="stop" />
          {formatCount(cell.breached)}
          <span className="vh"> breached of </span>
        </span>
      ) : null}
      {cell.text ?? formatCount(cell.value)}
    </>
  );
  return cell.to ? (
    <Link to={cell.to} className={classes}>
      {content}
    </Link>
  ) : (
    <span className={classes}>{content}</span>
  );
}

/** What the colours of a heat table mean. */
export function HeatLegend(): ReactNode {
  return (
    <span className="legend-keys">
      <span>
        <Icon name="stop" size="xs" />
        breached
      </span>
      <span>
        few
        {([1, 2, 3, 4, 5] as const).map((step) => (
          <span key={step} className={`sw q${step} w-3`} />
        ))}
        many
      </span>
    </span>
  );
}
