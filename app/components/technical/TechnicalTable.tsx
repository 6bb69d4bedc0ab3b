import { type ReactNode, useMemo } from "react";
import { Link, useLocation } from "react-router";
import type { ListWindow } from "../../integrations/list.ts";
import type { TechnicalRow, TechnicalSort } from "../../integrations/technical.ts";
import { withParameters } from "../../paths.ts";
import type { Mark } from "../../assistance/statements.ts";
import { StatementMark } from "../assistance/StatementMark.tsx";
import { Duration, Latency } from "../Age.tsx";
import { EmptyState, NoHitState } from "../EmptyState.tsx";
import { formatCount } from "../format/money.ts";
import { BurnRate } from "../integrations/BurnRates.tsx";
import { InterfaceState, WorkState } from "../integrations/TwoStates.tsx";
import { Panel } from "../Panel.tsx";
import { Count, Percent } from "../Percent.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

type MarkedRow = TechnicalRow & { marks: readonly Mark[] };

/** The links of a row keep what is in the address. */
const columnsOf = (search: string): readonly Column<MarkedRow>[] => [
  {
    // With a width of its own: what the others leave over is nothing at 1280.
    id: "name", header: "Integration", sort: "group", width: "200px",
    cell: (row) => (
      <span className="block min-w-0">
        <span className="rowx min-w-0 gap-1.5">
          <Link className="tr hover:underline" to={`/integrations/${encodeURIComponent(row.id)}`} data-tip={row.name}>{row.name}</Link>
          <StatementMark marks={row.marks} />
        </span>
        <span className="second tr block">{row.mode}, {row.owner}</span>
      </span>
    ),
  },
  {
    id: "interface", header: "Interface", width: "112px", card: "end",
    cell: (row) => (
      <span className="grid">
        <InterfaceState state={row.state} />
        <span className="second tr">{row.endpoint === null ? <Unknown>not checked</Unknown> : <>{row.endpoint.up ? "answers, " : "no answer, "}<Percent share={row.endpoint.answered / row.endpoint.checks} /></>}</span>
      </span>
    ),
  },
  { id: "work", header: "Work", width: "148px", sort: "overdue", firstSort: "desc", card: "title", cell: (row) => <WorkState id={row.id} work={row.work} /> },
  { id: "moves", header: "A minute", numeric: true, width: "78px", sort: "moves", firstSort: "desc", wideOnly: true, card: "hidden", cell: (row) => <PerMinute value={row.health.throughput} /> },
  {
    id: "errors", header: "Errors", numeric: true, width: "96px", sort: "errors", firstSort: "desc", card: "foot",
    cell: (row) => (
      <span className="grid">
        <span className={row.health.slo.actual !== null && row.health.slo.actual < row.health.slo.target ? "t-stop font-semibold" : undefined}><Percent share={row.health.errorRate} /></span>
        <span className="second">{row.attempts.failed === 0 ? "none" : <Link className="hover:underline" to={`${withParameters(search, { integration: row.id, errorClass: null, status: null, retried: null })}#attempts`}>{formatCount(row.attempts.failed)} failed</Link>}</span>
      </span>
    ),
  },
  {
    id: "causes", header: "Causes", width: "118px", wideOnly: true, card: "hidden",
    cell: (row) => {
      const parts = ([["authentication", row.attempts.authentication, { errorClass: "authentication" }], ["mapping", row.attempts.mapping, { errorClass: "mapping" }], ["given up", row.attempts.dead, { status: "dead_lettered" }]] as const).filter(([, count]) => count > 0);
      if (parts.length === 0) return row.health.retries > 0 ? <Link className="second hover:underline" to={`${withParameters(search, { integration: row.id, errorClass: null, status: null, retried: "true" })}#attempts`}>{formatCount(row.health.retries)} tried again</Link> : <NotApplicable />;
      return <span className="stackl">{parts.slice(0, 2).map(([label, count, changes]) => <Link key={label} className="second tr hover:underline" to={`${withParameters(search, { integration: row.id, errorClass: null, status: null, retried: null, ...changes })}#attempts`}>{formatCount(count)} {label}</Link>)}</span>;
    },
  },
  {
    id: "latency", header: "Latency p95", numeric: true, width: "144px", sort: "latency", firstSort: "desc", card: "hidden",
    cell: (row) => row.health.latencyMs.p95 === null ? <NotApplicable /> : (
      <span className="grid">
        <span className={row.slow ? "t-caution font-semibold" : undefined}><Latency ms={row.health.latencyMs.p95} /></span>
        <span className="second whitespace-nowrap">p50 <Latency ms={row.health.latencyMs.p50} />, p99 <Latency ms={row.health.latencyMs.p99} /></span>
      </span>
    ),
  },
  { id: "queue", header: "Queue", numeric: true, width: "78px", sort: "queue", firstSort: "desc", card: "hidden", cell: (row) => (row.health.queue.depth === null ? <Unknown>unknown</Unknown> : <span className="grid"><Count value={row.health.queue.depth} /><span className="second">{row.health.queue.depth === 0 ? "empty" : <Duration seconds={row.health.queue.oldestSeconds} />}</span></span>) },
  { id: "burn1", header: "Burn 1 h", numeric: true, wideOnly: true, width: "82px", sort: "burn", firstSort: "desc", card: "hidden", cell: (row) => (row.burns[0] ? <BurnRate burn={row.burns[0]} /> : null) },
  { id: "burn6", header: "Burn 6 h", numeric: true, wideOnly: true, width: "82px", card: "hidden", cell: (row) => (row.burns[1] ? <BurnRate burn={row.burns[1]} /> : null) },
  { id: "burn72", header: "Burn 3 d", numeric: true, width: "82px", card: "foot-end", cell: (row) => (row.burns[2] ? <BurnRate burn={row.burns[2]} /> : null) },
];

function PerMinute({ value }: { value: number }): ReactNode {
  if (value === 0) return <Count value={0} />;
  return value < 0.01 ? "< 0.01" : value < 10 ? value.toFixed(2) : formatCount(Math.round(value));
}

/** One line per integration: the interface's state beside the work's, and what IT needs to find the cause. */
export function TechnicalTable({ rows, grouped, sort, window, shown, all }: { rows: readonly MarkedRow[]; grouped: boolean; sort: TechnicalSort; window: ListWindow; shown: string; all: number }): ReactNode {
  const { search } = useLocation();
  const columns = useMemo(() => columnsOf(search), [search]);
  return (
    <Panel flush cards>
      <DataTable
        caption={`Interfaces and the work behind them, figures of the last ${window.replace(/(\d+)/, "$1 ")}`}
        columns={columns}
        rows={rows}
        rowId={(row) => row.id}
        rowTo={(row) => `/integrations/${encodeURIComponent(row.id)}`}
        total={rows.length}
        sort={{ current: sort, to: (next) => withParameters(search, { sort: next.startsWith("-") ? next : null }) }}
        {...(grouped ? { groupOf: (row: MarkedRow) => row.groupName } : {})}
        twoLine
        cards
        keys
        blank={all === 0 ? <EmptyState title="The catalogue names no integration yet">Integrations come with the catalogue of the group.</EmptyState> : <NoHitState title={`No integration is “${shown}” now`}>Of {all}, none fits this view.</NoHitState>}
      />
    </Panel>
  );
}
