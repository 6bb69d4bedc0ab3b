import type { ReactNode } from "react";
import { Link } from "react-router";
import type { PaymentGroup, PaymentPanels } from "../../payments/panels.ts";
import { Age } from "../Age.tsx";
import { formatCount } from "../format/money.ts";
import { MoneyList } from "../Money.tsx";
import { Panel } from "../Panel.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { NotApplicable } from "../Unknown.tsx";

const columns = (header: string): readonly Column<PaymentGroup>[] => [
  {
    id: "name", header, width: "44%", card: "title",
    cell: (row) => (
      <span className="block min-w-0">
        <Link className="tr block hover:underline" to={row.to} data-tip={row.name}>{row.name}</Link>
        <span className="second tr block" data-tip={row.meaning ?? undefined}>oldest <Age since={row.oldest} /></span>
      </span>
    ),
  },
  { id: "money", header: "Money", card: "foot-end", cell: (row) => (row.money.length === 0 ? <NotApplicable /> : <span className="text-12"><MoneyList amounts={row.money} /></span>) },
  { id: "payments", header: "Payments", numeric: true, width: "86px", card: "end", cell: (row) => <Link className="link" to={row.to}>{formatCount(row.payments)}</Link> },
];
const REASONS = columns("Reason");
const METHODS = columns("Method");
const WAYS = columns("Bank or gateway");
const none = <p className="second px-3.5 py-3">No payment is unmatched.</p>;

/** Why payments are unmatched, and which way they came. */
export function UnmatchedPanels({ payments }: { payments: PaymentPanels }): ReactNode {
  const reasons = payments.bare === null ? payments.reasons : [...payments.reasons, { ...payments.bare, name: `of them ${payments.bare.name.toLowerCase()}` }];
  return (
    <div className="grid grid-cols-1 gap-3 wide:grid-cols-3 wide:items-start">
      <Panel title="Why" sub={`${formatCount(payments.total)} unmatched`} flush cards>
        <DataTable caption="Unmatched payments by reason" columns={REASONS} rows={reasons} rowId={(row) => row.key} twoLine cards blank={none} />
      </Panel>
      <Panel title="How they were paid" flush cards>
        <DataTable caption="Unmatched payments by method" columns={METHODS} rows={payments.methods} rowId={(row) => row.key} twoLine cards blank={none} />
      </Panel>
      <Panel title="Where they came in" flush cards>
        <DataTable caption="Unmatched payments by bank or gateway" columns={WAYS} rows={payments.ways} rowId={(row) => row.key} twoLine cards blank={none} />
      </Panel>
    </div>
  );
}
