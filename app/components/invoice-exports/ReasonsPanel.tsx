import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ExportPanels } from "../../invoice-exports/panels.ts";
import { Age } from "../Age.tsx";
import { formatCount } from "../format/money.ts";
import { MoneyList } from "../Money.tsx";
import { Panel } from "../Panel.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { NotApplicable } from "../Unknown.tsx";

type Row = ExportPanels["reasons"][number];
const COLUMNS: readonly Column<Row>[] = [
  { id: "title", header: "Reason", card: "title", cell: (row) => <Link className="tr block hover:underline" to={row.to} data-tip={row.title}>{row.title}</Link> },
  { id: "since", header: "Since", numeric: true, width: "84px", card: "foot", cell: (row) => <Age since={row.firstSeen} /> },
  { id: "money", header: "Money", width: "30%", card: "foot-end", cell: (row) => (row.money.length === 0 ? <NotApplicable /> : <span className="text-12"><MoneyList amounts={row.money} /></span>) },
  { id: "count", header: "Invoices", numeric: true, width: "82px", card: "end", cell: (row) => <Link className="link" to={row.to}>{formatCount(row.count)}</Link> },
];

/** The failures told apart by what caused them; one cause is one line however many invoices it stopped. */
export function ReasonsPanel({ panels }: { panels: ExportPanels }): ReactNode {
  return (
    <Panel title="Why exports fail" sub={panels.reasonCount > panels.reasons.length ? `the ${panels.reasons.length} with most money of ${formatCount(panels.reasonCount)} causes` : undefined} end={panels.failed > 0 ? <Link className="link" to={panels.toFailed}>All {formatCount(panels.failed)}</Link> : null} flush cards>
      <DataTable caption="Failed exports by cause" columns={COLUMNS} rows={panels.reasons} rowId={(row) => row.key} cards blank={<p className="second px-3.5 py-3">No export has failed without being made good.</p>} />
    </Panel>
  );
}
