import type { ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { withParameters } from "../../paths.ts";
import type { ViewWindow } from "../../views/definition.ts";
import type { CodeRow, ConsumerRow } from "../../views/master-data.ts";
import { Age } from "../Age.tsx";
import { EmptyState } from "../EmptyState.tsx";
import { formatCount } from "../format/money.ts";
import { Icon } from "../Icon.tsx";
import { Panel } from "../Panel.tsx";
import { Count } from "../Percent.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Segmented } from "../Tabs.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

const CONSUMERS: readonly Column<ConsumerRow>[] = [
  { id: "object", header: "Record", width: "11%", card: "title", cell: (row) => <span className="tr block font-medium first-letter:uppercase">{row.object}</span> },
  { id: "consumer", header: "Consumer", width: "15%", cell: (row) => <span className="tr block" data-tip={row.consumer}>{row.consumer}</span> },
  { id: "stuck", header: "Out of date", numeric: true, width: "98px", card: "end", cell: (row) => (row.stuck === 0 ? <Count value={0} /> : <Link to={row.to} className="stk-link" aria-label={`${row.stuck} ${row.object} records out of date in ${row.consumer}`}><Icon name="stop" size="s" />{formatCount(row.stuck)}</Link>) },
  { id: "oldest", header: "Oldest", numeric: true, width: "96px", cell: (row) => (row.oldest === null ? <NotApplicable /> : <Age since={row.oldest} />) },
  { id: "waiting", header: "Not yet due", numeric: true, width: "96px", cell: (row) => (row.waiting === 0 ? <Count value={0} /> : <Link className="hover:underline" to={row.toWaiting}>{formatCount(row.waiting)}</Link>) },
  {
    id: "record",
    header: "System of record, owner",
    card: "foot",
    cell: (row) => (
      <span className="block min-w-0">
        <span className="tr block">{row.record ?? <Unknown>not in the catalogue</Unknown>}</span>
        <span className="second tr block" data-tip={row.owner ?? undefined}>{row.owner ?? "no owner named"}</span>
      </span>
    ),
  },
  {
    id: "integration",
    header: "Brought by",
    width: "25%",
    card: "foot",
    cell: (row) => (
      <span className="block min-w-0">
        {row.integration && row.integrationTo ? <Link className="link tr block" to={row.integrationTo} data-tip={row.integration}>{row.integration}</Link> : <NotApplicable />}
        <span className="second tr block" data-tip={row.technical ?? undefined}>{row.technical ?? "no owner named"}</span>
      </span>
    ),
  },
];

/** Who has the old record: per type of record and consuming system, with the owner of the record. */
export function ConsumersPanel({ rows }: { rows: readonly ConsumerRow[] }): ReactNode {
  return (
    <Panel title="Consumers" sub="changed at the system of record and not taken over" flush cards>
      <DataTable caption="Consumers out of date" columns={CONSUMERS} rows={rows} rowId={(row) => row.key} total={rows.length} twoLine cards blank={<EmptyState title="Every consumer is up to date">No change waits to be taken over.</EmptyState>} />
    </Panel>
  );
}

const CODES: readonly Column<CodeRow>[] = [
  {
    id: "code",
    header: "Code and what was said",
    card: "title",
    cell: (row) => (
      <span className="block min-w-0">
        <span className="tr block font-medium">{row.code === "" ? <Unknown>no code given</Unknown> : row.code}</span>
        <span className="second tr block" data-tip={row.message}>{row.message || "no message"}</span>
      </span>
    ),
  },
  { id: "integration", header: "Integration", width: "22%", cell: (row) => <Link className="link tr block" to={row.integrationTo} data-tip={row.integration}>{row.integration}</Link> },
  { id: "where", header: "Facility", width: "18%", wideOnly: true, card: "foot", cell: (row) => <span className="tr block" data-tip={row.where}>{row.where}</span> },
  { id: "failures", header: "Failures", numeric: true, width: "78px", cell: (row) => <Count value={row.failures} /> },
  { id: "open", header: "Still open", numeric: true, width: "86px", card: "end", cell: (row) => (row.open === 0 || row.to === null ? <Count value={0} /> : <Link className="link" to={row.to} aria-label={`${row.open} exceptions open for ${row.code}`}>{formatCount(row.open)}</Link>) },
  { id: "last", header: "Last seen", numeric: true, width: "92px", card: "foot-end", cell: (row) => <Age since={row.last} /> },
];

/** Codes that a receiving system does not know, with what still stands because of them. */
export function CodesPanel({ rows, window }: { rows: readonly CodeRow[]; window: ViewWindow }): ReactNode {
  const { search } = useLocation();
  return (
    <Panel
      title="Unmapped codes"
      sub="steps that failed because a code means nothing at the other side, all processes"
      end={<Segmented label="Failed in the last" items={(["7d", "30d", "90d"] as const).map((each) => ({ label: each.replace("d", " d"), to: withParameters(search, { window: each === "30d" ? null : each }), current: each === window }))} />}
      flush
      cards
    >
      <DataTable caption="Unmapped codes" columns={CODES} rows={rows} rowId={(row) => row.key} total={rows.length} twoLine cards blank={<EmptyState title="Every code was understood">No step failed over a code in this time.</EmptyState>} />
    </Panel>
  );
}
