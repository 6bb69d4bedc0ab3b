import type { ReactNode } from "react";
import { Link } from "react-router";
import { objectPath } from "../../paths.ts";
import type { SameAnswer } from "../../traces/waiting.ts";
import { Age } from "../Age.tsx";
import { formatCount } from "../format/money.ts";
import { Money } from "../Money.tsx";
import { Panel } from "../Panel.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";

type Row = SameAnswer["items"][number];

const COLUMNS: readonly Column<Row>[] = [
  { id: "object", header: "Object", card: "title", cell: (row) => <Link className="link tr" to={objectPath(row.object)}>{row.object.id}</Link> },
  { id: "facility", header: "Facility", cell: (row) => <span className="tr">{row.facility}</span> },
  { id: "critical", header: "Critical", width: "80px", cell: (row) => (row.critical ? "Yes" : <span className="text-ink-3">No</span>) },
  { id: "money", header: "Money", numeric: true, width: "150px", card: "foot", cell: (row) => <Money amount={row.amount} /> },
  { id: "late", header: "Late", numeric: true, width: "110px", card: "foot-end", cell: (row) => <Age since={row.dueAt} /> },
];

/** Other cases that wait for the same answer of the same counterparty: one problem, not many. */
export function SameAnswerPanel({ same }: { same: SameAnswer }): ReactNode {
  return (
    <Panel title={`${formatCount(same.count)} cases wait for the same answer`} sub={same.counterparty} end={<Link className="link" to={same.to}>Open all {formatCount(same.count)}</Link>} flush cards>
      <DataTable caption="Cases that wait for the same answer" columns={COLUMNS} rows={same.items} rowId={(row) => `${row.object.namespace} ${row.object.type} ${row.object.id}`} cards />
    </Panel>
  );
}
