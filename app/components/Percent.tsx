import type { ReactNode } from "react";
import { formatCount } from "./format/money.ts";
import { formatPercent } from "./format/percent.ts";
import { Unknown } from "./Unknown.tsx";

/** A share between 0 and 1; null when there was nothing to divide. */
export function Percent({ share }: { share: number | null }): ReactNode {
  const text = share === null ? null : formatPercent(share);
  return text === null ? <Unknown>no data</Unknown> : <span className="whitespace-nowrap">{text}</span>;
}

/** A count; zero is a real zero, quiet. Null is unknown. */
export function Count({ value }: { value: number | string | null }): ReactNode {
  if (value === null) return <Unknown />;
  return <span className={String(value) === "0" ? "text-ink-3" : undefined}>{formatCount(value)}</span>;
}
