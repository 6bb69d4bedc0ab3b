import type { ReactNode } from "react";
import { Link } from "react-router";
import { GROWTH_GROUPS, GROWTH_WINDOWS, type GrowthRow, type GrowthView } from "../../backlog/growth-view.ts";
import { LineChart } from "../charts/LineChart.tsx";
import { Delta } from "../figures/StatTile.tsx";
import { formatCount } from "../format/money.ts";
import { FactStrip } from "../KeyValue.tsx";
import { Panel } from "../Panel.tsx";
import { Count } from "../Percent.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Segmented } from "../Tabs.tsx";
import { formatDay } from "../format/time.ts";
import { useReader } from "../reader.tsx";
import { Time } from "../Time.tsx";

const WINDOW_LABELS = { "24h": "24 h", "7d": "7 d", "30d": "30 d" } as const;
const WINDOW_WORDS = { "24h": "in 24 hours", "7d": "in 7 days", "30d": "in 30 days" } as const;
const GROUP_LABELS = { facility: "Facility", process: "Process", step: "Awaited step" } as const;

const COLUMNS: readonly Column<GrowthRow>[] = [
  { id: "name", header: "Part", card: "title", cell: (row) => <Link className="tr block hover:underline" to={row.to} data-tip={row.name}>{row.name}</Link> },
  { id: "came", header: "Came", numeric: true, width: "84px", card: "foot", cell: (row) => <Count value={row.came} /> },
  { id: "went", header: "Went", numeric: true, width: "84px", card: "foot", cell: (row) => <Count value={row.went} /> },
  { id: "net", header: "Change", numeric: true, width: "96px", cell: (row) => <Delta change={row.came - row.went} worse="up" /> },
  { id: "open", header: "Waiting now", numeric: true, width: "104px", card: "end", cell: (row) => (row.open === 0 ? <Count value={0} /> : <Link className="link" to={row.to}>{formatCount(row.open)}</Link>) },
  { id: "late", header: "Overdue", numeric: true, width: "84px", card: "foot-end", cell: (row) => (row.late === 0 ? <Count value={0} /> : <Link className="t-stop font-medium hover:underline" to={row.toLate}>{formatCount(row.late)}</Link>) },
];

type Left = GrowthView["left"][number];
const leftColumns = (byDay: boolean): readonly Column<Left>[] => [
  { id: "at", header: byDay ? "Day" : "Hour", card: "title", cell: (row) => (byDay ? <Day at={row.at} /> : <Time at={row.at} />) },
  { id: "came", header: "Came", numeric: true, width: "72px", card: "foot", cell: (row) => <Count value={row.came} /> },
  { id: "stays", header: "Still waits", numeric: true, width: "96px", card: "end", cell: (row) => <Link className="link" to={row.to}>{formatCount(row.stays)}</Link> },
];
const LEFT_BY_HOUR = leftColumns(false);
const LEFT_BY_DAY = leftColumns(true);

function Day({ at }: { at: string }): ReactNode {
  const { zone, now } = useReader();
  return formatDay(at, zone, now) ?? at;
}

/** Whether the backlog grows: what came and went by the events' own time, in which part, and which hours left most behind. */
export function GrowthPanels({ growth, to }: { growth: GrowthView; to: (changes: Record<string, string | null>) => string }): ReactNode {
  const span = WINDOW_WORDS[growth.window];
  const net = growth.openNow - growth.openBefore;
  const unit = growth.byDay ? "day" : "hour";
  return (
    <>
      <div className="listbar">
        <Segmented label="Window" items={GROWTH_WINDOWS.map((window) => ({ label: WINDOW_LABELS[window], to: to({ window: window === "24h" ? null : window }), current: growth.window === window }))} />
        <span className="second">by {growth.byDay ? "day" : "hour"} of the events’ own time; the last one still runs</span>
      </div>
      <FactStrip
        facts={[
          { label: growth.byDay ? "Waited 30 days ago" : `Waited ${WINDOW_LABELS[growth.window]} ago`, value: <Count value={growth.openBefore} /> },
          { label: `Came ${span}`, value: <Count value={growth.came} /> },
          { label: `Went ${span}`, value: <Count value={growth.went} /> },
          { label: "Change", value: <Delta change={net} worse="up" /> },
          { label: "Waits now", value: <Count value={growth.openNow} /> },
        ]}
      />
      <div className="grid grid-cols-1 gap-3 wide:grid-cols-2">
        <Panel title="Waiting for the next step" sub={`at the end of each ${unit}`}>
          <LineChart sentence={`${formatCount(growth.openBefore)} steps were awaited before, ${formatCount(growth.openNow)} now`} series={[{ key: "open", label: `waiting ${formatCount(growth.openNow)}`, color: "var(--c1)", filled: true }]} points={growth.points} height={150} />
        </Panel>
        <Panel title={`Came and went per ${unit}`} sub={span}>
          <LineChart
            sentence={`${formatCount(growth.came)} steps began to wait ${span}, ${formatCount(growth.went)} were done or cancelled`}
            series={[
              { key: "came", label: `came ${formatCount(growth.came)}`, color: "var(--c2)" },
              { key: "went", label: `went ${formatCount(growth.went)}`, color: "var(--c3)", dashed: true },
            ]}
            points={growth.points}
            height={150}
          />
        </Panel>
      </div>
      <div className="with-rail">
        <Panel title="Where it grows" sub={span} end={<Segmented label="Group by" items={GROWTH_GROUPS.map((group) => ({ label: GROUP_LABELS[group], to: to({ by: group === "facility" ? null : group }), current: growth.group === group }))} />} flush cards>
          <DataTable caption={`Backlog by ${GROUP_LABELS[growth.group].toLowerCase()}, what grew most first`} columns={COLUMNS} rows={growth.rows} rowId={(row) => row.id || "none"} rowTo={(row) => row.to} total={growth.rows.length} cards keys blank={<p className="second px-3.5 py-3">Nothing came, went or waits {span}.</p>} />
        </Panel>
        <Panel title="Left behind" sub={`${unit}s of which most still waits`} flush cards>
          <DataTable caption={`The ${unit}s of which most still waits`} columns={growth.byDay ? LEFT_BY_DAY : LEFT_BY_HOUR} rows={growth.left} rowId={(row) => row.at} cards blank={<p className="second px-3.5 py-3">Nothing that came {span} still waits.</p>} />
        </Panel>
      </div>
    </>
  );
}
