import type { ReactNode } from "react";
import { Link } from "react-router";
import { formatCount } from "./format/money.ts";

export interface TabItem {
  label: string;
  to: string;
  count?: number | null;
  current?: boolean;
}

/** Views as links under the top bar: saved views of a list, or sides of one thing. */
export function Tabs({ label, items, end }: { label: string; items: readonly TabItem[]; end?: ReactNode }): ReactNode {
  return (
    <nav className="views" aria-label={label}>
      {items.map((item) => (
        <Link key={item.to} to={item.to} aria-current={item.current ? "page" : undefined}>
          {item.label}
          {item.count === undefined || item.count === null ? null : <span className="n">{formatCount(item.count)}</span>}
        </Link>
      ))}
      {end}
    </nav>
  );
}

/** A choice of few, as links in one frame (`Count · Money · Age`, `1 h · 24 h · 7 d`). */
export function Segmented({ label, items }: { label: string; items: readonly TabItem[] }): ReactNode {
  return (
    <nav className="seg" aria-label={label}>
      {items.map((item) => (
        <Link key={item.to} to={item.to} aria-current={item.current ? "true" : undefined} preventScrollReset>
          {item.label}
          {item.count === undefined || item.count === null ? null : <span className="n">{formatCount(item.count)}</span>}
        </Link>
      ))}
    </nav>
  );
}
