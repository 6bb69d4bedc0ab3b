import { type ReactNode, useMemo } from "react";
import { Link, useLocation } from "react-router";
import type { ExportPanels, ExportWindow } from "../../invoice-exports/panels.ts";
import { EXPORTED, POSTED } from "../../invoice-exports/definition.ts";
import { withParameters } from "../../paths.ts";
import { formatCount } from "../format/money.ts";
import { formatDay } from "../format/time.ts";
import { MoneyList } from "../Money.tsx";
import { Panel } from "../Panel.tsx";
import { Count } from "../Percent.tsx";
import { useReader } from "../reader.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Segmented } from "../Tabs.tsx";
import { Time } from "../Time.tsx";
import { NotApplicable } from "../Unknown.tsx";

const missing = (row: ExportWindow): number => row.failed + row.late + row.waiting;
const linked = (count: number, to: string | null, tone = "link"): ReactNode => (count === 0 ? <Count value={0} /> : to === null ? formatCount(count) : <Link className={tone} to={to}>{formatCount(count)}</Link>);

const columnsOf = (byDay: boolean, done: string): readonly Column<ExportWindow>[] => [
  { id: "window", header: byDay ? "Day" : "Batch run", width: "150px", card: "title", cell: (row) => <span className="block min-w-0">{byDay ? <Day at={row.from} /> : <>until <Time at={row.to} /></>}{row.running ? <span className="second block">{byDay ? "still running" : "the next run"}</span> : null}</span> },
  { id: "all", header: "Belong to it", numeric: true, width: "96px", card: "foot", cell: (row) => <Count value={row.all} /> },
  { id: "done", header: done, numeric: true, width: "96px", card: "foot", cell: (row) => <Count value={row.inTime} /> },
  { id: "late", header: "Late, then done", numeric: true, width: "112px", wideOnly: true, card: "hidden", cell: (row) => <Count value={row.lateDone} /> },
  { id: "missing", header: "Missing", numeric: true, width: "84px", card: "end", cell: (row) => linked(missing(row), row.toMissing) },
  { id: "failed", header: "Failed", numeric: true, width: "76px", card: "foot", cell: (row) => linked(row.failed, row.toFailed, "t-stop font-medium hover:underline") },
  { id: "overdue", header: "Overdue", numeric: true, width: "84px", card: "hidden", cell: (row) => <Count value={row.late} /> },
  { id: "money", header: "Money missing", card: "foot-end", cell: (row) => { const amounts = row.money.map((each) => each.missing).filter((each) => !/^0(\.0+)?$/.test(each.value)); return amounts.length === 0 ? <NotApplicable /> : <MoneyList amounts={amounts} />; } },
];
const TABLES = { exported: { day: columnsOf(true, "Exported"), run: columnsOf(false, "Exported") }, posted: { day: columnsOf(true, "Posted"), run: columnsOf(false, "Posted") } } as const;

function Day({ at }: { at: string }): ReactNode {
  const { zone, now } = useReader();
  return formatDay(at, zone, now) ?? at;
}

/** What became of each day's or batch run's invoices: done, failed, late, not yet due, and the money that is missing. */
export function WindowsPanel({ panels }: { panels: ExportPanels }): ReactNode {
  const { search } = useLocation();
  const posted = panels.step === POSTED;
  const columns = useMemo(() => TABLES[posted ? "posted" : "exported"][panels.schedule === null ? "day" : "run"], [posted, panels.schedule]);
  return (
    <Panel
      title={posted ? "Posted, by batch run" : panels.schedule === null ? "Exported, by day" : "Exported, by batch run"}
      sub={panels.schedule === null ? "real time: by the day on which the invoice was issued" : panels.schedule}
      end={<Segmented label="Step" items={[{ label: "Export", to: withParameters(search, { step: null, kind: null }), current: panels.step === EXPORTED }, { label: "Posting", to: withParameters(search, { step: POSTED, kind: ["failed", "overdue"] }), current: posted }]} />}
      flush
      cards
    >
      <DataTable caption={`What became of the invoices of each ${panels.schedule === null ? "day" : "batch run"}, newest first`} columns={columns} rows={panels.windows} rowId={(row) => row.from} twoLine cards blank={<p className="second px-3.5 py-3">No window lies in the last days.</p>} />
    </Panel>
  );
}
