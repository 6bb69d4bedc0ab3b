import type { ReactNode } from "react";
import { formatCount } from "../format/money.ts";

export interface BarItem {
  id: string;
  label: ReactNode;
  value: number;
  /** Instead of the plain count. */
  text?: ReactNode;
}

/** A comparison: sorted horizontal bars with their numbers. */
export function BarList({ items }: { items: readonly BarItem[] }): ReactNode {
  const largest = Math.max(1, ...items.map((item) => item.value));
  return (
    <ul className="barlist">
      {items.map((item) => (
        <li key={item.id}>
          <span className="tr">{item.label}</span>
          <span className="m" aria-hidden="true">
            {item.value > 0 ? <span style={{ width: `${((item.value / largest) * 100).toFixed(1)}%` }} /> : null}
          </span>
          <span className="num font-medium">{item.text ?? formatCount(item.value)}</span>
        </li>
      ))}
    </ul>
  );
}
