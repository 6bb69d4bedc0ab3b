import type { ReactNode } from "react";

const WIDTHS = ["70%", "56%", "74%", "50%", "63%"];

/** Placeholder rows that appear only after 300 ms, so that a fast answer does not flicker. */
export function SkeletonRows({ columns }: { columns: number }): ReactNode {
  return WIDTHS.map((width) => (
    <tr key={width} role="row" className="late-in" aria-hidden="true">
      <td role="cell" colSpan={columns}>
        <span className="skel" style={{ width }} />
      </td>
    </tr>
  ));
}
