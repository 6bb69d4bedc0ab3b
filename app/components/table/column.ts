import type { ReactNode } from "react";

/** How a cell sits on the card that a row becomes on a phone. Without one it flows in the first line. */
export type CardPlace = "title" | "end" | "foot" | "foot-end" | "hidden";

/** One column of a `DataTable`. */
export interface Column<Row> {
  id: string;
  /** The header's words; they are read aloud even when `headerHidden`. */
  header: string;
  headerHidden?: boolean;
  cell: (row: Row) => ReactNode;
  /** Right-aligned: money, counts, ages. */
  numeric?: boolean;
  /** CSS width; the column without one takes the rest. */
  width?: string;
  /** Name in `sort=`; with it the header is a link. */
  sort?: string;
  /** Which way the first click sorts; `desc` for money, age and severity. */
  firstSort?: "asc" | "desc";
  card?: CardPlace;
  /** Whether on a card the header stands before the cell; by default before figures that do not say themselves what they are, as money does. */
  cardLabelled?: boolean;
  /** Hidden below 1,120 px: only what another screen shows as well. */
  wideOnly?: boolean;
}

/** The words before a column's figure on a card, where no header stands above it; undefined where none are needed. */
export function cardLabel({ header, numeric = false, card, cardLabelled }: Pick<Column<never>, "header" | "numeric" | "card" | "cardLabelled">): string | undefined {
  return (cardLabelled ?? (numeric && card !== "title" && header !== "Money" && header !== "Amount")) ? header : undefined;
}

/** The `sort=` value a click on this column leads to, given the one in force (`-` means descending). */
export function nextSort(column: { sort?: string; firstSort?: "asc" | "desc" }, current: string | null): string | null {
  if (!column.sort) return null;
  const first = column.firstSort === "desc" ? `-${column.sort}` : column.sort;
  const other = column.firstSort === "desc" ? column.sort : `-${column.sort}`;
  return current === first ? other : first;
}

/** `aria-sort` of a column under the sort in force. */
export function ariaSort(sort: string | undefined, current: string | null): "ascending" | "descending" | undefined {
  if (!sort || !current) return undefined;
  if (current === sort) return "ascending";
  return current === `-${sort}` ? "descending" : undefined;
}

/** The ids between two rows, both included, in the list's order; just the second when the first is gone. */
export function rangeOf(ids: readonly string[], from: string | null, to: string): string[] {
  const a = from === null ? -1 : ids.indexOf(from);
  const b = ids.indexOf(to);
  if (b < 0) return [];
  return a < 0 ? [to] : ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}
