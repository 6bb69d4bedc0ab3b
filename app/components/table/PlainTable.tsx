import type { ReactNode } from "react";
import { cx } from "../cx.ts";

/** One column of a `PlainTable`. */
export interface PlainColumn<Row> {
  /** The header's words; they are read aloud even when `headerHidden`. */
  header: string;
  headerHidden?: boolean;
  cell: (row: Row) => ReactNode;
  /** Right-aligned: money, counts, ages. */
  numeric?: boolean;
  /** Hidden below 1,120 (`hide-m`) or 700 px (`hide-s`): only what another screen shows as well. */
  hide?: "hide-m" | "hide-s";
  /** CSS width; the columns without one share the rest. */
  width?: string;
}

export interface PlainTableProps<Row> {
  /** What the table is; read aloud, and the name of the region that scrolls. */
  caption: string;
  columns: readonly PlainColumn<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** The first cell of a row names it. */
  rowHeads?: boolean;
  /** Rows of 30 instead of 40 px. */
  dense?: boolean;
  /** `disagree`: stands against the others; `kid`: belongs to the row above. */
  rowClass?: (row: Row) => "disagree" | "kid" | undefined;
  /** CSS height from which the rows scroll under their head. */
  maxHeight?: string;
  /** A last row that sums up: its `tr`. */
  footer?: ReactNode;
}

/** A table that is only read: no order, no selection, no pages. It scrolls sideways itself, by keyboard too. Lists are `DataTable`. */
export function PlainTable<Row>({ caption, columns, rows, rowId, rowHeads = false, dense = false, rowClass, maxHeight, footer }: PlainTableProps<Row>): ReactNode {
  const place = (column: PlainColumn<Row>): string | undefined => cx(column.numeric && "num", column.hide);
  return (
    <div className={cx("tw", maxHeight !== undefined && "tall")} style={maxHeight === undefined ? undefined : { maxHeight }} tabIndex={0} role="group" aria-label={caption}>
      <table className={cx("dt", dense && "dense")} aria-label={caption}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.header} scope="col" className={place(column)} style={column.width === undefined ? undefined : { width: column.width }}>
                {column.headerHidden ? <span className="vh">{column.header}</span> : column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowId(row)} className={rowClass?.(row)}>
              {columns.map((column, index) =>
                rowHeads && index === 0 ? (
                  <th key={column.header} scope="row" className={place(column)}>
                    {column.cell(row)}
                  </th>
                ) : (
                  <td key={column.header} className={place(column)}>
                    {column.cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
          {footer}
        </tbody>
      </table>
    </div>
  );
}
