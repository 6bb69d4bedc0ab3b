import type { ReactNode } from "react";
import { Link } from "react-router";
import { cx } from "../cx.ts";
import { Icon } from "../Icon.tsx";
import { ariaSort, type Column, nextSort } from "./column.ts";

/** A column's header; a link when the server can sort by it. */
export function HeaderCell<Row>({ column, sort }: { column: Column<Row>; sort: { current: string | null; to: (sort: string) => string } | undefined }): ReactNode {
  const next = nextSort(column, sort?.current ?? null);
  const order = ariaSort(column.sort, sort?.current ?? null);
  const words = column.headerHidden ? <span className="vh">{column.header}</span> : column.header;
  return (
    <th role="columnheader" scope="col" className={cx(column.numeric && "num", column.wideOnly && "hide-m")} aria-sort={order}>
      {next !== null && sort ? (
        <Link to={sort.to(next)} preventScrollReset>
          {words}
          {order || column.headerHidden ? <Icon name={order === "ascending" ? "up" : "down"} size="xs" /> : null}
        </Link>
      ) : (
        words
      )}
    </th>
  );
}
