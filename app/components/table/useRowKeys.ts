import { type RefObject, useState } from "react";
import { useKey } from "../keys/KeysProvider.tsx";
import { rangeOf } from "./column.ts";

export interface RowSelection {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
}

interface RowKeysOptions {
  ids: readonly string[];
  body: RefObject<HTMLTableSectionElement | null>;
  /** Off for the second table of a page: single keys can belong to one list only. */
  active: boolean;
  selection: RowSelection | null;
  open: (id: string) => void;
  expand: ((id: string, open: boolean) => void) | null;
}

interface RowKeys {
  current: string | null;
  setCurrent: (id: string) => void;
  /** Ticks one row; with `range` all from the last ticked one. */
  toggle: (id: string, range: boolean) => void;
}

/** The current row of a list and the keys that move and select: `j k`, `x`, `Shift+x`, `→ ←`, `Enter`, `Escape`. */
export function useRowKeys({ ids, body, active, selection, open, expand }: RowKeysOptions): RowKeys {
  const [current, setCurrent] = useState<string | null>(null);
  const [anchor, setAnchor] = useState<string | null>(null);
  const here = current !== null && ids.includes(current) ? current : null;

  const focusRow = (id: string | undefined): void => {
    if (id === undefined) return;
    setCurrent(id);
    body.current?.querySelector<HTMLElement>(`tr[data-row="${CSS.escape(id)}"]`)?.focus();
  };
  const move = (by: number): void => {
    const from = here === null ? (by > 0 ? -1 : 0) : ids.indexOf(here);
    focusRow(ids[Math.min(ids.length - 1, Math.max(0, from + by))]);
  };
  const toggle = (id: string, range: boolean): void => {
    if (!selection) return;
    const next = new Set(selection.selected);
    if (range) for (const each of rangeOf(ids, anchor, id)) next.add(each);
    else if (next.has(id)) next.delete(id);
    else next.add(id);
    setAnchor(id);
    selection.onChange(next);
  };
  const group = "List";
  const on = active && ids.length > 0;
  useKey("j", on ? { label: "Next row", group, run: () => move(1) } : null);
  useKey("k", on ? { label: "Row before", group, run: () => move(-1) } : null);
  useKey("Enter", on && here !== null ? { label: "Open the current row", group, run: (event) => openHere(event, here, open) } : null);
  useKey("x", on && selection ? { label: "Select the current row", group, run: () => here !== null && toggle(here, false) } : null);
  useKey("X", on && selection ? { label: "Select all from the last one to here", group, run: () => here !== null && toggle(here, true) } : null);
  useKey("Escape", on && selection && selection.selected.size > 0 ? { label: "Clear the selection", group, run: () => selection.onChange(new Set()) } : null);
  useKey("ArrowRight", on && expand && here !== null ? { label: "Unfold the group", group, run: () => expand(here, true) } : null);
  useKey("ArrowLeft", on && expand && here !== null ? { label: "Fold the group", group, run: () => expand(here, false) } : null);
  return { current: here, setCurrent, toggle };
}

/** Enter on a link, button or box does what that does; elsewhere it opens the row. */
function openHere(event: KeyboardEvent, id: string, open: (id: string) => void): void {
  const target = event.target instanceof Element ? event.target.closest("a, button, summary, input") : null;
  if (target instanceof HTMLElement) target.click();
  else open(id);
}
