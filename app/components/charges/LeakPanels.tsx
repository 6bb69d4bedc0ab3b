import type { ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { CHARGED, STOCK_MOVED } from "../../charges/definition.ts";
import type { LeakPanels as Leak } from "../../charges/panels.ts";
import { withParameters } from "../../paths.ts";
import { Age } from "../Age.tsx";
import { LineChart } from "../charts/LineChart.tsx";
import { BarList } from "../figures/BarList.tsx";
import { formatCount } from "../format/money.ts";
import { formatDay } from "../format/time.ts";
import { MoneyList } from "../Money.tsx";
import { Panel } from "../Panel.tsx";
import { Count } from "../Percent.tsx";
import { useReader } from "../reader.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Segmented } from "../Tabs.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

type Day = Leak["days"][number];
type Code = Leak["codes"][number];

function DayName({ at }: { at: string }): ReactNode {
  const { zone, now } = useReader();
  return formatDay(at, zone, now) ?? at;
}

const DAYS: readonly Column<Day>[] = [
  { id: "day", header: "Day of the service", width: "140px", card: "title", cell: (row) => <DayName at={row.from} /> },
  { id: "services", header: "Completed", numeric: true, width: "96px", card: "foot", cell: (row) => <Count value={row.services} /> },
  { id: "late", header: "Made good late", numeric: true, width: "120px", wideOnly: true, card: "hidden", cell: (row) => <Count value={row.lateDone} /> },
  { id: "leaking", header: "Leaking", numeric: true, width: "84px", card: "end", cell: (row) => (row.leaking === 0 ? <Count value={0} /> : <Link className="t-stop font-medium hover:underline" to={row.toLeaking}>{formatCount(row.leaking)}</Link>) },
  { id: "money", header: "Value leaking", card: "foot-end", cell: (row) => (row.money.length === 0 ? row.leaking === 0 ? <NotApplicable /> : <Unknown>no amount known</Unknown> : <MoneyList amounts={row.money} />) },
];
const CODES: readonly Column<Code>[] = [
  { id: "code", header: "Service code", width: "30%", card: "title", cell: (row) => (row.code === "" ? <Unknown>no code said</Unknown> : <span className="tr block">{row.code}</span>) },
  { id: "services", header: "Services", numeric: true, width: "80px", card: "end", cell: (row) => <Link className="link" to={row.to}>{formatCount(row.services)}</Link> },
  { id: "oldest", header: "Oldest", numeric: true, width: "80px", card: "foot", cell: (row) => <Age since={row.oldest} /> },
  { id: "money", header: "Value", card: "foot-end", cell: (row) => (row.money.length === 0 ? <NotApplicable /> : <span className="text-12"><MoneyList amounts={row.money} /></span>) },
];

/** Work that was done and will not be paid: how much leaks each day, of which services, where. */
export function LeakPanels({ leak }: { leak: Leak }): ReactNode {
  const { search } = useLocation();
  const what = leak.step === CHARGED ? "services without a charge" : "stock used, not deducted";
  const worst = leak.days.filter((day) => day.leaking > 0).reverse();
  const services = leak.days.reduce((sum, day) => sum + day.services, 0);
  return (
    <>
      <div className="grid grid-cols-1 gap-3 wide:grid-cols-[1.6fr_1fr] wide:items-start">
        <Panel
          title="Value leaking per day"
          sub={`${what}, past due, by day of the service`}
          end={<Segmented label="What leaks" items={[{ label: "Charges", to: withParameters(search, { step: null, kind: null }), current: leak.step === CHARGED }, { label: "Stock", to: withParameters(search, { step: STOCK_MOVED, kind: ["failed", "overdue"] }), current: leak.step === STOCK_MOVED }]} />}
        >
          <LineChart
            sentence={`Of ${formatCount(services)} services of the last ${leak.span} days ${formatCount(leak.days.reduce((sum, day) => sum + day.leaking, 0))} leak now`}
            series={[
              { key: "services", label: `completed ${formatCount(services)}`, color: "var(--c1)", filled: true },
              { key: "late", label: "made good late", color: "var(--c2)", dashed: true },
              { key: "leaking", label: "leaking", color: "var(--stop-fill)" },
            ]}
            points={leak.days.map((day) => ({ at: day.from, values: { services: day.services, late: day.lateDone, leaking: day.leaking } }))}
            height={130}
          />
        </Panel>
        <Panel title="By facility" sub="leaking now" end={leak.figure.count > 0 ? <Link className="link" to={leak.to}>All {formatCount(leak.figure.count)}</Link> : null}>
          {leak.facilities.length === 0 ? <p className="second">Nothing leaks.</p> : <BarList items={leak.facilities.map((one) => ({ id: one.id, label: <Link to={one.to} className="tr block hover:underline" data-tip={one.name}>{one.name}</Link>, value: one.count }))} />}
          {leak.figure.money.length > 0 ? <p className="mt-2 text-12"><MoneyList amounts={leak.figure.money} /></p> : null}
          {leak.figure.withoutAmount > 0 ? <p className="second mt-1">{formatCount(leak.figure.withoutAmount)} carry no amount</p> : null}
        </Panel>
      </div>
      <div className="grid grid-cols-1 gap-3 wide:grid-cols-[1.6fr_1fr] wide:items-start">
        <Panel title="Days that leak" sub={`of the last ${leak.span} days, newest first`} flush cards>
          <DataTable caption="Days with value leaking, newest first" columns={DAYS} rows={worst} rowId={(row) => row.from} cards blank={<p className="second px-3.5 py-3">No day of the last {leak.span} leaks.</p>} />
        </Panel>
        <Panel title="By service code" sub="leaking now" flush cards>
          <DataTable caption="Services leaking, by code" columns={CODES} rows={leak.codes} rowId={(row) => row.code || "none"} cards blank={<p className="second px-3.5 py-3">Nothing leaks.</p>} />
        </Panel>
      </div>
    </>
  );
}
