import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Outlook } from "../../invoice-exports/month-end.ts";
import type { ExportPanels } from "../../invoice-exports/panels.ts";
import { formatCount } from "../format/money.ts";
import { formatExact } from "../format/time.ts";
import { Panel } from "../Panel.tsx";
import { Count } from "../Percent.tsx";
import { type Aspect, StatusAspect } from "../StatusAspect.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Time } from "../Time.tsx";
import { Unknown } from "../Unknown.tsx";

type Row = ExportPanels["monthEnds"][number];

const OUTLOOK: Record<Outlook, { aspect: Aspect; words: string }> = {
  as_usual: { aspect: "clear", words: "In time" }, at_risk: { aspect: "caution", words: "At risk" }, late: { aspect: "stop", words: "Will not be done" }, blocked: { aspect: "stop", words: "Blocked by failures" }, unknown: { aspect: "unknown", words: "Not known" },
};
const METHOD = { unchanged: "it stays as it is", drift: "open + hours × (came − went an hour)", share: "a fixed share of what is open goes each hour, the usual inflow comes" } as const;

/** A number of invoices as a forecast says it: whole. */
const whole = (value: number): string => formatCount(Math.round(value));
const rate = (value: number): string => (value < 10 ? value.toFixed(1) : whole(value));

const COLUMNS: readonly Column<Row>[] = [
  { id: "entity", header: "Legal entity", card: "title", cell: (row) => <span className="block min-w-0"><span className="tr block" data-tip={row.name}>{row.name}</span><span className="second tr block">{row.closesAt === null ? "the month’s last working hour has passed" : <>closes <Time at={row.closesAt} /></>}</span></span> },
  { id: "left", header: "Working time left", numeric: true, width: "126px", card: "end", cell: (row) => (row.closesAt === null ? <Count value={0} /> : <span className="font-medium">{formatCount(Math.floor(row.workingHoursLeft))} h</span>) },
  { id: "open", header: "Not exported", numeric: true, width: "104px", card: "foot", cell: (row) => (row.open === 0 ? <Count value={0} /> : <Link className="link" to={row.to}>{formatCount(row.open)}</Link>) },
  { id: "failed", header: "Of them failed", numeric: true, width: "108px", card: "foot", cell: (row) => (row.failed === 0 ? <Count value={0} /> : <Link className="t-stop font-medium hover:underline" to={row.toFailed}>{formatCount(row.failed)}</Link>) },
  { id: "flow", header: "Came, went an hour", numeric: true, width: "140px", wideOnly: true, card: "hidden", cell: (row) => (row.forecast === null ? <Unknown>too little history</Unknown> : `${rate(row.forecast.inflow)}, ${rate(row.forecast.outflow)}`) },
  { id: "expected", header: "Open at the end", numeric: true, width: "126px", card: "foot", cell: (row) => (row.forecast === null ? <Unknown>no forecast</Unknown> : <span className="grid"><span className="font-medium">{whole(row.forecast.expected)}</span><span className="second">{whole(row.forecast.low)} to {whole(row.forecast.high)}</span></span>) },
  { id: "error", header: "Wrong by", numeric: true, width: "112px", wideOnly: true, card: "hidden", cell: (row) => (row.forecast === null ? <Unknown>unknown</Unknown> : <span className="grid" data-tip={`${METHOD[row.forecast.method]}. Tried ${formatCount(row.forecast.tried)} times over ${formatCount(row.forecast.triedHours)} working hours`}><span>± {rate(row.forecast.error)}</span><span className="second">{row.forecast.tried} tries</span></span>) },
  { id: "outlook", header: "Until the end of the month", width: "190px", card: "foot-end", cell: (row) => <StatusAspect aspect={OUTLOOK[row.outlook].aspect} toned small>{OUTLOOK[row.outlook].words}</StatusAspect> },
];

/** Per legal entity: the working time left in the month, and what the forecast says will still be open. */
export function MonthEndPanel({ panels, zone }: { panels: ExportPanels; zone: string }): ReactNode {
  const [first] = panels.monthEnds;
  const methods = new Set(panels.monthEnds.flatMap((row) => row.forecast?.method ?? []));
  const tries = panels.monthEnds.find((row) => row.forecast !== null)?.forecast;
  return (
    <Panel title="Until the end of the month" sub={first ? `in each entity’s own working time; the month ends ${formatExact(first.endsAt, zone) ?? first.endsAt}` : undefined} flush cards>
      <DataTable caption="Invoices not yet exported and the forecast to the end of the month, by legal entity" columns={COLUMNS} rows={panels.monthEnds} rowId={(row) => row.entity} twoLine cards blank={<p className="second px-3.5 py-3">No invoice was to be exported in four weeks, so there is nothing to count down.</p>} />
      <details className="as-table px-3.5 pb-2.5">
        <summary>How this is forecast</summary>
        <div className="second grid max-w-prose gap-1.5 pb-2">
          <p>The last four weeks are cut into working hours of the entity’s calendar: what was open, what came, what went. Three plain ways of going on are tried on those hours themselves, and the one that was wrong by least speaks: {Object.values(METHOD).join("; ")}.{methods.size > 0 ? ` Here it is: ${[...methods].map((method) => METHOD[method]).join(" / ")}.` : ""}</p>
          <p>The range is where four of five of those tries lay{tries ? `, made over ${formatCount(tries.triedHours)} working hours` : ""}; beyond the distance the history can show it widens. “In time” means that no more will be open than in nine of ten hours before. What failed does not go by itself: it is left out of the forecast and added to it whole.</p>
        </div>
      </details>
    </Panel>
  );
}
