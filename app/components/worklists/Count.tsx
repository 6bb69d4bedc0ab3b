import type { ReactNode } from "react";
import { formatCount } from "../format/money.ts";
import { Unknown } from "../Unknown.tsx";

/** A count from the server; unknown is not zero. */
export function Count({ value }: { value: number | null }): ReactNode {
  return value === null ? <Unknown /> : formatCount(value);
}
