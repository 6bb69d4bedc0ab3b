import type { ReactNode } from "react";
import { formatMoney, type MoneyValue } from "./format/money.ts";
import { Unknown } from "./Unknown.tsx";

interface MoneyProps {
  /** Exact decimal string and ISO 4217 code; null when nobody said an amount. */
  amount: MoneyValue | null;
  /** Leave the code out where the column header names it. */
  bare?: boolean;
  /** Tiles drop cents, tables never do. */
  cents?: boolean;
  /** For differences only. */
  signed?: boolean;
}

/** Money: code first, small and quiet, then the exact digits. Never red for being negative. */
export function Money({ amount, bare = false, cents = true, signed = false }: MoneyProps): ReactNode {
  if (!amount) return <Unknown />;
  const digits = formatMoney(amount.value, amount.currency, { cents, signed });
  return (
    <span className="money">
      {bare ? null : <span className="cur">{amount.currency}</span>}
      {digits ?? <Unknown>{amount.value}</Unknown>}
    </span>
  );
}

/** Exact amounts per currency side by side: sums over currencies are never formed here. */
export function MoneyList({ amounts, cents = true }: { amounts: readonly MoneyValue[]; cents?: boolean }): ReactNode {
  if (amounts.length === 0) return <Unknown>no amount known</Unknown>;
  return (
    <span className="inline-flex flex-wrap gap-x-3.5 gap-y-1">
      {amounts.map((amount) => (
        <Money key={amount.currency} amount={amount} cents={cents} />
      ))}
    </span>
  );
}
