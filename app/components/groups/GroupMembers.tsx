import type { ReactNode } from "react";
import { Link } from "react-router";
import type { ExceptionView } from "#queries/model/exception.ts";
import { STATUS_LABELS } from "../../exceptions/labels.ts";
import { Age } from "../Age.tsx";
import { Chip } from "../Chip.tsx";
import { Money } from "../Money.tsx";
import { Severity } from "../Severity.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";

const COLUMNS: Column<ExceptionView>[] = [
  { id: "severity", header: "Severity", headerHidden: true, width: "34px", cell: (row) => <Severity level={row.severity} /> },
  {
    id: "failure",
    header: "Failure",
    card: "title",
    cell: (row) => (
      <Link className="tr block hover:underline" to={`/exceptions/${row.id}`} data-tip={row.title}>
        {row.title}
      </Link>
    ),
  },
  { id: "status", header: "Status", width: "88px", card: "foot", cell: (row) => <Chip tone="outline">{STATUS_LABELS[row.status]}</Chip> },
  { id: "money", header: "Money", numeric: true, width: "130px", card: "end", cell: (row) => <Money amount={row.amount} /> },
  { id: "first", header: "First seen", numeric: true, width: "96px", card: "hidden", wideOnly: true, cell: (row) => <Age since={row.firstSeen} /> },
  { id: "last", header: "Last seen", numeric: true, width: "104px", card: "foot-end", cell: (row) => <Age since={row.lastSeen} /> },
];

/** The failures of a group, newest first. */
export function GroupMembers({ members, total }: { members: readonly ExceptionView[]; total: number }): ReactNode {
  return <DataTable caption="Failures of this group" columns={COLUMNS} rows={members} rowId={(row) => row.id} rowTo={(row) => `/exceptions/${row.id}`} total={total} cards keys blank={<p className="second px-3.5 py-3">None with this status.</p>} />;
}
