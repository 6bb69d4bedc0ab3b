import type { ReactNode } from "react";
import { Link } from "react-router";
import type { EventLine } from "../../objects/event-line.ts";
import { NoHitState } from "../EmptyState.tsx";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { Money } from "../Money.tsx";
import { Pagination } from "../Pagination.tsx";
import { Panel } from "../Panel.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Time } from "../Time.tsx";
import { NotApplicable } from "../Unknown.tsx";
import { STATUS_ICONS, STATUS_WORDS } from "./status.ts";

const COLUMNS: readonly Column<EventLine>[] = [
  { id: "time", header: "Time", width: "120px", cell: (row) => <Time at={row.time} /> },
  {
    id: "what",
    header: "What",
    card: "title",
    cell: (row) => (
      <span className="block min-w-0">
        <Link className="link tr block" to={row.to} data-tip={row.type}>
          {row.name}
        </Link>
        {row.error ? (
          <span className="second tr block" data-tip={row.error}>
            {row.error}
          </span>
        ) : null}
      </span>
    ),
  },
  {
    id: "status",
    header: "Status",
    width: "150px",
    cell: (row) => (
      <span className="aspect">
        <Icon name={STATUS_ICONS[row.status]} />
        {STATUS_WORDS[row.status]}
        {row.attempt !== null && row.attempt > 1 ? <span className="second">attempt {row.attempt}</span> : null}
      </span>
    ),
  },
  { id: "system", header: "System", width: "16%", cell: (row) => <span className="tr block" data-tip={row.system}>{row.system}</span> },
  { id: "facility", header: "Facility", width: "16%", wideOnly: true, card: "hidden", cell: (row) => (row.facility === null ? <NotApplicable /> : <span className="tr block" data-tip={row.facility}>{row.facility}</span>) },
  { id: "amount", header: "Amount", numeric: true, width: "140px", card: "foot-end", cell: (row) => (row.amount === null ? <NotApplicable /> : <Money amount={row.amount} />) },
];

/** A page of an object's events, newest first. */
export function EventsTable({ events, total, first, nextCursor, to }: { events: readonly EventLine[]; total: number; first: boolean; nextCursor: string | null; to: string }): ReactNode {
  return (
    <Panel flush cards>
      <DataTable caption="Events, newest first" columns={COLUMNS} rows={events} rowId={(row) => row.key} rowTo={(row) => row.to} total={total} twoLine cards keys blank={<NoHitState title="No event on this page">Go back to the first page.</NoHitState>} />
      <Pagination text={first ? `The newest ${formatCount(events.length)} of ${formatCount(total)} events` : `${formatCount(events.length)} older of ${formatCount(total)} events`} firstTo={first ? null : to} nextTo={nextCursor === null ? null : `${to}&cursor=${encodeURIComponent(nextCursor)}`} />
    </Panel>
  );
}
