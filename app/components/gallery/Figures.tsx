import type { ReactNode } from "react";
import { Link } from "react-router";
import { LineChart } from "../charts/LineChart.tsx";
import { BarList } from "../figures/BarList.tsx";
import { HealthStrip, HourStrip } from "../figures/HealthStrip.tsx";
import { HeatLegend, HeatTable } from "../figures/HeatTable.tsx";
import { SplitBar } from "../figures/SplitBar.tsx";
import { Delta, StatTile } from "../figures/StatTile.tsx";
import { History } from "../History.tsx";
import { FactStrip, KeyValue } from "../KeyValue.tsx";
import { Money, MoneyList } from "../Money.tsx";
import { Panel } from "../Panel.tsx";
import { SlaClock } from "../SlaClock.tsx";
import { StatusAspect } from "../StatusAspect.tsx";
import { TraceLegend, TraceWaterfall } from "../trace/TraceWaterfall.tsx";
import { HEAT_COLUMNS, HEAT_ROWS, LANES, POINTS, STATIONS } from "./samples.ts";

const AGEING = (counts: number[]) => ["< 1 d", "1–3 d", "3–7 d", "> 7 d"].map((label, i) => ({ label, count: counts[i] ?? 0 }));

/** Tiles, bars, heat, health, charts and the trace. */
export function Figures(): ReactNode {
  return (
    <>
      <Panel title="Money at risk" end={<Delta change={548920} worse="up" suffix="since yesterday" />}>
        <div className="figure">
          <Money amount={{ value: "2165546.40", currency: "EUR" }} cents={false} />
        </div>
        <SplitBar
          label="Money at risk"
          parts={[
            { label: "Unmatched payments", share: 842, fill: "c1", value: "842,106", to: "/kit" },
            { label: "Failed exports", share: 611, fill: "c2", value: "611,402", to: "/kit" },
            { label: "Stuck orders", share: 487, fill: "c3", value: "486,930", to: "/kit" },
            { label: "Uncaptured charges", share: 225, fill: "c4", value: "225,108", to: "/kit" },
          ]}
        />
        <p className="mt-2 border-t border-line pt-1.5 text-12">
          <MoneyList amounts={[{ value: "1148320.40", currency: "CHF" }, { value: "702514.85", currency: "EUR" }, { value: "211967.10", currency: "GBP" }]} />
        </p>
      </Panel>
      <div className="tiles">
        <StatTile title="Stuck purchase orders" to="/kit" count={128} change={9} amounts={[{ value: "486930.00", currency: "EUR" }]} trend={[96, 99, 102, 97, 101, 106, 110, 109, 113, 112, 116, 120, 120, 128]} ageing={AGEING([34, 41, 32, 21])} remark="46 wait for the supplier to confirm" definition="Orders past a milestone's due time, without a cancel" />
        <StatTile title="Unmatched payments" to="/kit" count={342} change={-27} amounts={[{ value: "842106.00", currency: "EUR" }]} trend={[410, 405, 402, 406, 401, 395, 390, null, null, 380, 372, 369, 369, 342]} ageing={AGEING([148, 96, 61, 37])} remark="One bank statement missing since 07:00" />
        <StatTile title="Failed invoice exports" to="/kit" count={329} change={312} amounts={[{ value: "611402.00", currency: "EUR" }]} trend={[17, 15, 18, 16, 17, 16, 18, 17, 15, 16, 18, 17, 17, 329]} ageing={AGEING([314, 9, 4, 2])} remark="1 cause explains 312: unknown cost centre" />
        <StatTile title="Uncaptured charges" to="/kit" count={null} amounts={[]} ageing={AGEING([])} remark="Radiology has sent nothing yet" />
      </div>
      <div className="grid gap-3 wide:grid-cols-[1.72fr_1fr]">
        <Panel title="Backlog by facility and process" end={<HeatLegend />} flush>
          <HeatTable caption="Backlog by facility and process" corner="Facility" columns={HEAT_COLUMNS} rows={HEAT_ROWS} />
        </Panel>
        <Panel title="Waiting in queues" sub="oldest 4 h 51 min">
          <BarList
            items={[
              { id: "1", label: "FinStar, dead letter", value: 312 },
              { id: "2", label: "Corvanta EDI, outbound", value: 214 },
              { id: "3", label: "Odoo, inbound", value: 18 },
              { id: "4", label: "19 others", value: 0 },
            ]}
          />
          <div className="mt-4">
            <HourStrip hours={[...Array.from({ length: 12 }, () => "clear" as const), "late", "clear", "clear", "idle", "none", "none", "clear", "clear", "failing", "failing", "failing", "failing"]} />
          </div>
        </Panel>
      </div>
      <Panel title="Interface health" sub="48 integrations · 43 clear, 2 failing, 2 late, 1 without data" end={<Link className="link" to="/kit">Open integrations</Link>} flush>
        <HealthStrip stations={STATIONS} />
      </Panel>
      <FactStrip
        facts={[
          { label: "Correlation", value: <span className="font-mono text-13 font-medium">c-4711-7f02e9</span> },
          { label: "Systems", value: 5 },
          { label: "Steps, attempts", value: "7, 11" },
          { label: "Failed, then recovered", value: <StatusAspect aspect="caution">1 step</StatusAspect> },
          { label: "Missing", value: <StatusAspect aspect="stop" toned>1 answer</StatusAspect> },
          { label: "Open since", value: "6 h 30 min" },
        ]}
      />
      <div className="with-rail">
        <Panel title="What happened, in order" end={<TraceLegend />} lined flush>
          <TraceWaterfall lanes={LANES} current="l4" />
        </Panel>
        <div className="stack">
          <Panel title="SLA clock">
            <SlaClock startedAt="2026-11-20T08:10:00Z" dueAt="2026-11-20T14:10:30Z" used={0.89} big />
          </Panel>
          <Panel>
            <KeyValue
              facts={[
                { label: "Money", value: <Money amount={{ value: "538214.60", currency: "CHF" }} /> },
                { label: "Facility", value: "St. Verena Hospital, Zürich" },
                { label: "Replay posts", value: <StatusAspect aspect="caution">Money, to the ledger</StatusAspect> },
              ]}
            />
          </Panel>
          <Panel title="History">
            <History
              entries={[
                { id: "1", at: "2026-11-20T13:20:00Z", icon: "chat", text: <><b>T. Brandt</b> “Cost centre 4210 is being added, done by 14:45.”</> },
                { id: "2", at: "2026-11-20T12:58:00Z", icon: "caution", text: "SLA at 80 %, mail to 3 people" },
                { id: "3", at: "2026-11-19T16:42:00Z", icon: "failed", text: "First failure detected" },
              ]}
            />
          </Panel>
        </div>
      </div>
      <Panel title="Messages per minute">
        <LineChart
          sentence="Messages per minute over 24 hours: 1,842 succeeded and 6 failed now, failures peaked at 41; no data for three hours"
          points={POINTS}
          series={[
            { key: "ok", label: "succeeded", color: "var(--c1)", filled: true },
            { key: "failed", label: "failed", color: "var(--stop-fill)", dashed: true },
          ]}
        />
      </Panel>
    </>
  );
}
