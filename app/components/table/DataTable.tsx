import { createColumnHelper, rowSelectionFeature, tableFeatures, useTable } from "@tanstack/react-table";
import { type CSSProperties, Fragment, type ReactNode, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { cx } from "../cx.ts";
import { CheckBox } from "../fields/Checkbox.tsx";
import { cardLabel, type Column } from "./column.ts";
import { HeaderCell } from "./HeaderCell.tsx";
import { SkeletonRows } from "./SkeletonRows.tsx";
import { useFits } from "./useFits.ts";
import { type RowSelection, useRowKeys } from "./useRowKeys.ts";

/** Only what is needed: order, filters and pages are the server's, selection is the page's. */
const features = tableFeatures({ rowSelectionFeature });

interface DataTableProps<Row> {
  /** What the list is; read aloud. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** Where Enter leads. The row's own link stays in a cell, for mouse and no JavaScript. */
  rowTo?: (row: Row) => string | null;
  /** All rows under the filters, not only this page; -1 when nobody counted. */
  total?: number;
  /** How many rows lie before this page. */
  offset?: number;
  /** The `sort=` in force and the link to another one. */
  sort?: { current: string | null; to: (sort: string) => string };
  selection?: RowSelection & {
    /** How a row is named to screen readers: `Select PO-4711`. */
    label: (row: Row) => string;
    /** Form and field name, so that a bulk action works without JavaScript. */
    form?: string;
    name?: string;
  };
  /** What unfolds below a row (a group's members); null for rows without. */
  unfold?: (row: Row) => ReactNode | null;
  /** A heading row before the first row of each group. */
  groupOf?: (row: Row) => string | null;
  state?: "ready" | "loading" | "error";
  /** Shown instead of rows when there are none, or when loading failed: EmptyState, NoHitState, ErrorState. */
  blank?: ReactNode;
  twoLine?: boolean;
  /** Rows become cards on phones. */
  cards?: boolean;
  /** Whether the single keys belong to this table. One per page. */
  keys?: boolean;
  rowClass?: (row: Row) => string | undefined;
  /** Below this width the table scrolls sideways instead of squeezing the column that takes the rest; cards on phones do not. */
  minWidth?: number;
  /** Told the row that the keyboard stands on, null for none. */
  onCurrent?: (id: string | null) => void;
  /** A last row that sums up, as cells. */
  footer?: ReactNode;
}

/** The list of the application: sorted by links, selected by key or mouse, cards on phones, readable without JavaScript. */
export function DataTable<Row extends object>(props: DataTableProps<Row>): ReactNode {
  const { columns, rows, rowId, selection, unfold, groupOf, sort, rowTo, offset = 0, state = "ready", keys = false } = props;
  const navigate = useNavigate();
  const body = useRef<HTMLTableSectionElement>(null);
  const { box, fits } = useFits<HTMLDivElement>();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const defs = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>();
    return helper.columns(columns.map((column) => helper.display({ id: column.id, header: column.header, cell: ({ row }) => column.cell(row.original) })));
  }, [columns]);
  const rowSelection = useMemo(() => Object.fromEntries([...(selection?.selected ?? [])].map((id) => [id, true] as const)), [selection?.selected]);
  const table = useTable({ features, columns: defs, data: rows as Row[], getRowId: rowId, enableRowSelection: selection !== undefined, state: { rowSelection } });
  const tableRows = state === "ready" ? table.getRowModel().rows : [];
  const ids = tableRows.map((row) => row.id);
  const setFold = (id: string, open: boolean): void => {
    const next = new Set(unfolded);
    if (open) next.add(id);
    else next.delete(id);
    setUnfolded(next);
  };
  const rowKeys = useRowKeys({
    ids,
    body,
    active: keys,
    selection: selection ?? null,
    open: (id) => {
      const row = tableRows.find((each) => each.id === id);
      const to = row && rowTo ? rowTo(row.original) : null;
      if (to) void navigate(to);
    },
    expand: unfold ? setFold : null,
  });
  const tell = useEffectEvent((id: string | null) => props.onCurrent?.(id));
  const { current } = rowKeys;
  useEffect(() => tell(current), [current]);
  const width = columns.length + (selection ? 1 : 0);
  const wideOnly = columns.filter((column) => column.wideOnly).length;
  const chosen = ids.filter((id) => selection?.selected.has(id)).length;
  const isGrid = selection !== undefined;
  const cellRole = isGrid ? "gridcell" : "cell";

  return (
    // A region that scrolls sideways must be reachable by keyboard; rows that take focus already make it so.
    <div ref={box} className={cx("tw", fits && "fits")} {...(keys && tableRows.length > 0 ? {} : { tabIndex: 0, role: "group", "aria-label": props.caption })}>
      <table className={cx("dt", props.twoLine && "two-line", props.cards && "cards", "fixed-cols")} style={props.minWidth === undefined ? undefined : ({ "--dt-min": `${props.minWidth}px` } as CSSProperties)} role={isGrid ? "grid" : "table"} aria-label={props.caption} aria-rowcount={props.total === undefined ? undefined : props.total + (props.total < 0 ? 0 : 1)} aria-multiselectable={isGrid ? true : undefined} aria-busy={state === "loading"}>
        <colgroup>
          {selection ? <col style={{ width: "34px" }} /> : null}
          {columns.map((column) => (
            <col key={column.id} className={column.wideOnly ? "hide-m" : undefined} style={column.width ? { width: column.width } : undefined} />
          ))}
        </colgroup>
        <thead role="rowgroup">
          <tr role="row" aria-rowindex={1}>
            {selection ? (
              <th role="columnheader" className="cb-cell" scope="col">
                {ids.length === 0 ? null : <CheckBox className="only-js" aria-label="Select all on this page" checked={chosen > 0 && chosen === ids.length} mixed={chosen > 0 && chosen < ids.length} onChange={() => selection.onChange(chosen === ids.length ? new Set() : new Set([...selection.selected, ...ids]))} />}
              </th>
            ) : null}
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} role="rowgroup">
          {state === "loading" ? <SkeletonRows columns={width} /> : null}
          {tableRows.map((row, index) => {
            const selected = selection?.selected.has(row.id) ?? false;
            const children = unfold && unfolded.has(row.id) ? unfold(row.original) : null;
            const before = tableRows[index - 1];
            const group = groupOf?.(row.original) ?? null;
            const heading = before && groupOf?.(before.original) === group ? null : group;
            return (
              <Fragment key={row.id}>
                {heading ? (
                  <tr role="row" className="g">
                    <td role={cellRole} colSpan={width - wideOnly}>
                      {heading}
                    </td>
                    {/* Spanning hidden columns would bring them back as empty ones. */}
                    {wideOnly > 0 ? <td role={cellRole} className="hide-m" colSpan={wideOnly} /> : null}
                  </tr>
                ) : null}
                <tr role="row" data-row={row.id} aria-rowindex={offset + index + 2} aria-selected={isGrid ? selected : undefined} tabIndex={keys ? (rowKeys.current === row.id || (rowKeys.current === null && index === 0) ? 0 : -1) : undefined} className={cx(rowKeys.current === row.id && "is-current", props.rowClass?.(row.original))} onFocus={() => rowKeys.setCurrent(row.id)}>
                  {selection ? (
                    <td role={cellRole} className="cb-cell">
                      <CheckBox aria-label={selection.label(row.original)} name={selection.name} form={selection.form} value={row.id} checked={selected} onChange={() => undefined} onClick={(event) => rowKeys.toggle(row.id, event.shiftKey)} />
                    </td>
                  ) : null}
                  {row.getAllCells().map((cell) => {
                    const column = byId.get(cell.column.id);
                    return (
                      <td key={cell.id} role={cellRole} data-label={column && props.cards ? cardLabel(column) : undefined} className={cx(column?.numeric && "num", column?.card && `card-${column.card}`, column?.wideOnly && "hide-m")}>
                        <table.FlexRender cell={cell} />
                      </td>
                    );
                  })}
                </tr>
                {children}
              </Fragment>
            );
          })}
          {props.footer}
        </tbody>
      </table>
      {state === "error" || (state === "ready" && rows.length === 0) ? props.blank : null}
    </div>
  );
}
