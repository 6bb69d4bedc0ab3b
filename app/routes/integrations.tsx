import { data, Link, useLocation } from "react-router";
import { type Mark, readMarks } from "../assistance/statements.ts";
import { Age, Latency } from "../components/Age.tsx";
import { StatementMark } from "../components/assistance/StatementMark.tsx";
import { LineChart } from "../components/charts/LineChart.tsx";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { BarList } from "../components/figures/BarList.tsx";
import { HourStrip } from "../components/figures/HealthStrip.tsx";
import { formatDuration } from "../components/format/duration.ts";
import { formatCount } from "../components/format/money.ts";
import { StateIcon } from "../components/integrations/StateIcon.tsx";
import { WorkState } from "../components/integrations/TwoStates.tsx";
import { Panel } from "../components/Panel.tsx";
import { Count, Percent } from "../components/Percent.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Segmented } from "../components/Tabs.tsx";
import { NotApplicable, Unknown } from "../components/Unknown.tsx";
import { filterRows, type IntegrationRow, isListWindow, LIST_FILTERS, type ListFilter, readIntegrations } from "../integrations/list.ts";
import { readWork, type Work } from "../integrations/work-state.ts";
import { withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/integrations";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Integrations", live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Integrations · Signalbox" }];
}

/** Queues shown by name; the others are one line. */
const QUEUES = 4;
const TROUBLED = 5;

/** Every integration with its health over the window. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const search = url.searchParams;
  const window = search.get("window") ?? "24h";
  const show = (search.get("show") ?? "all") as ListFilter;
  if (!isListWindow(window) || !LIST_FILTERS.includes(show)) throw data("There is no such window or filter.", { status: 400 });
  const now = new Date();
  const [list, workOf, marks] = await Promise.all([readIntegrations(stores.clickhouse, catalogue.current(), window, now, scope), readWork(stores.clickhouse, now, scope), readMarks(stores.clickhouse, catalogue.current(), now, scope)]);
  const queues = list.rows.flatMap((row) => (row.health.queue.depth === null ? [] : [{ id: row.id, name: row.name, depth: row.health.queue.depth, oldest: row.health.queue.oldestSeconds }])).sort((a, b) => b.depth - a.depth);
  const rest = queues.slice(QUEUES);
  return {
    asOf: now.toISOString(), window, show, rows: filterRows(list.rows, show).map((row): Row => ({ ...row, work: workOf(row.id), marks: marks.get(row.id) ?? [] })), counts: list.counts, systems: list.systems, series: list.series,
    queues: {
      oldest: queues.length === 0 ? null : Math.max(...queues.map((one) => one.oldest ?? 0)),
      items: queues.slice(0, QUEUES).map(({ id, name, depth }) => ({ id, name, depth })), others: rest.length, othersDepth: rest.reduce((sum, one) => sum + one.depth, 0),
    },
    troubled: list.rows.filter((row) => row.state === "failing" || row.state === "late").sort((a, b) => a.state.localeCompare(b.state)).slice(0, TROUBLED)
      .map((row) => ({ id: row.id, name: row.name, state: row.state, successRate: row.health.successRate, lastEventAt: row.health.lastEventAt })),
  };
}

/** The integrations could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The list of integrations" />;
}

type Row = IntegrationRow & { work: Work; marks: readonly Mark[] };
const COLUMNS: readonly Column<Row>[] = [
  {
    id: "name",
    header: "Interface",
    cell: (row) => (
      <span className="rowx gap-2">
        <StateIcon state={row.state} />
        <span className="min-w-0">
          <span className="rowx min-w-0 gap-1.5">
            <Link className="tr hover:underline" to={`/integrations/${encodeURIComponent(row.id)}`} data-tip={row.name}>
              {row.name}
            </Link>
            <StatementMark marks={row.marks} />
          </span>
          <span className="second tr block" data-tip={row.mode}>{row.mode}</span>
        </span>
      </span>
    ),
  },
  { id: "work", header: "Work", width: "136px", card: "foot", cell: (row) => <WorkState id={row.id} work={row.work} /> },
  { id: "strip", header: "Last 24 hours", width: "144px", card: "title", cell: (row) => <HourStrip hours={row.strip} /> },
  {
    id: "success",
    header: "Success",
    numeric: true,
    width: "76px",
    card: "end",
    cell: (row) => <span className={row.health.slo.actual !== null && row.health.slo.actual < row.health.slo.target && row.state === "failing" ? "t-stop font-semibold" : undefined}><Percent share={row.health.successRate} /></span>,
  },
  { id: "p95", header: "p95", numeric: true, width: "66px", card: "hidden", cell: (row) => (row.health.latencyMs.p95 === null ? <NotApplicable /> : <span className={row.slow ? "t-caution font-semibold" : undefined}><Latency ms={row.health.latencyMs.p95} /></span>) },
  { id: "waiting", header: "Waiting", numeric: true, width: "66px", card: "hidden", cell: (row) => <Count value={row.health.queue.depth} /> },
  { id: "budget", header: "Error budget", numeric: true, width: "96px", card: "hidden", cell: (row) => <Budget left={row.health.slo.budgetLeft} /> },
  { id: "last", header: "Last event", numeric: true, width: "96px", card: "foot-end", cell: (row) => (row.health.lastEventAt === null ? <Unknown>never</Unknown> : <span className={row.silent ? "t-caution font-semibold" : undefined}><Age since={row.health.lastEventAt} /></span>) },
  { id: "owner", header: "Owner", width: "120px", wideOnly: true, card: "hidden", cell: (row) => <span className="tr block" data-tip={row.owner}>{row.owner}</span> },
];

/** What is left of the error budget, never below nothing. */
function Budget({ left }: { left: number | null }) {
  if (left === null) return <NotApplicable />;
  return <span className={left <= 0 ? "t-stop font-semibold" : undefined}><Percent share={Math.max(0, left)} /></span>;
}

const SHOW_LABELS: Record<ListFilter, string> = { all: "All", failing: "Failing", late: "Late", no_data: "No data", posts_money: "Posts money" };

/** Which connection fails or is silent, since when, and whose it is. */
export default function Integrations({ loaderData: list }: Route.ComponentProps) {
  const { search } = useLocation();
  const { counts, queues } = list;
  const last = list.series.filter((point) => point.moves !== null).at(-1);
  const failed = list.series.reduce((sum, point) => sum + (point.failed ?? 0), 0);
  const moves = list.series.reduce((sum, point) => sum + (point.moves ?? 0), 0);
  return (
    <>
      <div className="grid grid-cols-1 gap-3 wide:grid-cols-3">
        <Panel title="Moves per hour" sub="last 24 hours, all integrations">
          <LineChart
            sentence={last ? `${formatCount(moves)} moves in the last 24 hours, ${formatCount(failed)} of them failed` : "Nothing was heard of any integration in the last 24 hours"}
            series={[
              { key: "moves", label: `all ${formatCount(moves)}`, color: "var(--c1)", filled: true },
              { key: "failed", label: `failed ${formatCount(failed)}`, color: "var(--stop-fill)", dashed: true },
            ]}
            points={list.series.map((point) => ({ at: point.at, values: { moves: point.moves, failed: point.failed } }))}
            height={110}
          />
        </Panel>
        <Panel title="Waiting in queues" sub={queues.oldest === null ? undefined : `oldest ${formatDuration(queues.oldest)}`}>
          {queues.items.length === 0 ? (
            <p className="second">No queue was measured in this window{" "}<Unknown>so what waits is unknown</Unknown>.</p>
          ) : (
            <BarList
              items={[
                ...queues.items.map((one) => ({ id: one.id, label: <Link className="hover:underline" to={`/integrations/${encodeURIComponent(one.id)}`}>{one.name}</Link>, value: one.depth })),
                ...(queues.others > 0 ? [{ id: "others", label: `${queues.others} others`, value: queues.othersDepth }] : []),
              ]}
            />
          )}
        </Panel>
        <Panel title="Needs attention" end={<span className="second">{counts.failing} failing, {counts.late} late</span>}>
          {list.troubled.length === 0 ? <EmptyState title="Nothing fails and nothing is late">All {formatCount(counts.all - counts.no_data)} integrations that were ever heard of are within their objectives.</EmptyState> : null}
          <ul className="grid gap-2">
            {list.troubled.map((one) => (
              <li key={one.id} className="rowx min-w-0 gap-2">
                <StateIcon state={one.state} />
                <Link className="tr hover:underline" to={`/integrations/${encodeURIComponent(one.id)}`}>
                  {one.name}
                </Link>
                <span className="second ml-auto whitespace-nowrap">
                  {one.state === "failing" ? <><Percent share={one.successRate} /> went through</> : <>silent for <Age since={one.lastEventAt} /></>}
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
      <div className="listbar">
        <Segmented label="Show" items={LIST_FILTERS.map((filter) => ({ label: SHOW_LABELS[filter], count: counts[filter], to: withParameters(search, { show: filter === "all" ? null : filter }), current: list.show === filter }))} />
        <span className="second hide-s">
          {list.counts.all} integrations, {list.systems} systems
        </span>
        <span className="ml-auto" />
        <Segmented label="Window" items={(["1h", "24h", "7d"] as const).map((window) => ({ label: window.replace(/(\d+)/, "$1 "), to: withParameters(search, { window: window === "24h" ? null : window }), current: list.window === window }))} />
      </div>
      <Panel flush cards>
        <DataTable
          caption={`Integrations with their health, figures of the last ${list.window.replace(/(\d+)/, "$1 ")}`}
          columns={COLUMNS}
          rows={list.rows}
          rowId={(row) => row.id}
          rowTo={(row) => `/integrations/${encodeURIComponent(row.id)}`}
          total={list.rows.length}
          groupOf={(row) => row.groupName}
          twoLine
          cards
          keys
          blank={counts.all === 0 ? <EmptyState title="The catalogue names no integration yet">Integrations come with the catalogue of the group.</EmptyState> : <NoHitState title={`No integration is “${SHOW_LABELS[list.show].toLowerCase()}” now`}>Of {counts.all}, none fits this filter.</NoHitState>}
        />
      </Panel>
    </>
  );
}
