import type { ReactNode } from "react";
import { cx } from "../cx.ts";
import { PlainTable, type PlainTableProps } from "./PlainTable.tsx";

interface AsTableProps<Row> extends PlainTableProps<Row> {
  /** What the fold says; “Show as table” says enough unless the table shows more than the picture. */
  words?: string;
  className?: string;
}

/** The figures of a picture as a table, folded below it; works without JavaScript. */
export function AsTable<Row>({ words = "Show as table", className, maxHeight = "288px", ...table }: AsTableProps<Row>): ReactNode {
  return (
    <details className={cx("as-table", className)}>
      <summary>{words}</summary>
      <PlainTable {...table} maxHeight={maxHeight} />
    </details>
  );
}
