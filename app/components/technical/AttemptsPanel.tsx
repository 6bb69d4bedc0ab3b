import type { ReactNode } from "react";
import { Link, useLocation } from "react-router";
import { ERROR_CLASSES } from "#queries/model/event.ts";
import type { Attempt, AttemptFilter } from "#queries/clickhouse/technical/attempts.ts";
import type { ListWindow } from "../../integrations/list.ts";
import { eventPath, objectPath, withParameters } from "../../paths.ts";
import { type ActiveFilter, FilterChips } from "../FilterChips.tsx";
import { formatCount } from "../format/money.ts";
import { Pagination } from "../Pagination.tsx";
import { Panel } from "../Panel.tsx";
import type { Column } from "../table/column.ts";
import { DataTable } from "../table/DataTable.tsx";
import { Segmented } from "../Tabs.tsx";
import { Time } from "../Time.tsx";
import { NotApplicable, Unknown } from "../Unknown.tsx";

export interface AttemptRow extends Attempt { integrationName: string; step: string }
const STATUS: Record<string, string> = { failed: "failed", retrying: "will be tried again", dead_lettered: "given up", succeeded: "went well", started: "began" };
const SHOWN_CLASSES = ["authentication", "mapping", "connection", "timeout"] as const satisfies readonly (typeof ERROR_CLASSES)[number][];

const COLUMNS: readonly Column<AttemptRow>[] = [
  { id: "time", header: "Time", width: "116px", card: "foot", cell: (row) => <Time at={row.time} /> },
  { id: "what", header: "Step and message", card: "title", cell: (row) => <span className="block min-w-0"><Link className="link tr block" to={eventPath(row.source, row.id)}>{row.step}</Link><span className="second tr block" data-tip={row.message}>{row.message === "" ? "no message" : row.message}</span></span> },
  { id: "class", header: "Cause", width: "150px", card: "foot", cell: (row) => <span className="block min-w-0"><span className="tr block">{row.errorClass === "" ? <Unknown /> : row.errorClass.replaceAll("_", " ")}</span><span className="second tr block">{row.errorCode === "" ? "no code" : row.errorCode}</span></span> },
  { id: "status", header: "Then", width: "128px", card: "end", cell: (row) => <span className={row.status === "dead_lettered" ? "t-stop" : undefined}>{STATUS[row.status] ?? row.status}{row.attempt > 1 ? <span className="second block">attempt {row.attempt}</span> : null}</span> },
  { id: "object", header: "Object", width: "150px", card: "foot-end", cell: (row) => (row.object === null ? <NotApplicable /> : <Link className="tr block hover:underline" to={objectPath(row.object)}>{row.object.id}</Link>) },
  { id: "integration", header: "Integration", width: "24%", wideOnly: true, card: "hidden", cell: (row) => <Link className="tr block hover:underline" to={`/integrations/${encodeURIComponent(row.integration)}`} data-tip={row.integrationName}>{row.integrationName}</Link> },
];

/** The failed attempts behind the figures, or those that were tried again, newest first. */
export function AttemptsPanel({ attempts, filter, window, to }: { attempts: { items: AttemptRow[]; nextCursor: string | null; count: number; first: boolean }; filter: AttemptFilter; window: ListWindow; to: (changes: Record<string, string | null>) => string }): ReactNode {
  const { search } = useLocation();
  const chips: ActiveFilter[] = [
    ...filter.integration.map((id) => ({ name: "Integration", value: attempts.items[0]?.integrationName ?? id, removeTo: to({ integration: null }) })),
    ...filter.errorClass.filter((each) => !SHOWN_CLASSES.some((shown) => shown === each)).map((each) => ({ name: "Cause", value: each.replaceAll("_", " "), removeTo: to({ errorClass: null }) })),
    ...filter.status.map((each) => ({ name: "Then", value: STATUS[each] ?? each, removeTo: to({ status: null }) })),
    ...(filter.retried ? [{ name: "Shown", value: "Tried again", removeTo: to({ retried: null }) }] : []),
  ];
  const title = filter.retried ? "Attempts that were tried again" : "Failed attempts";
  return (
    <div id="attempts" className="stack">
      <div className="listbar">
        <Segmented label="Cause" items={[{ label: "All causes", to: `${to({ errorClass: null })}#attempts`, current: filter.errorClass.length === 0 }, ...SHOWN_CLASSES.map((each) => ({ label: each, to: `${to({ errorClass: each })}#attempts`, current: filter.errorClass.length === 1 && filter.errorClass[0] === each }))]} />
        <FilterChips filters={chips} />
      </div>
      <Panel title={title} sub={`${formatCount(attempts.count)} in the last ${window.replace(/(\d+)/, "$1 ")}, newest first`} flush cards>
        <DataTable caption={`${title}, newest first`} columns={COLUMNS} rows={attempts.items} rowId={(row) => `${row.source} ${row.id}`} total={attempts.count} twoLine cards blank={<p className="second px-3.5 py-3">No attempt failed that fits, in the last {window.replace(/(\d+)/, "$1 ")}.</p>} />
        <Pagination text={`${formatCount(attempts.items.length)} of ${formatCount(attempts.count)}, newest first`} firstTo={attempts.first ? null : `${withParameters(search, {})}#attempts`} nextTo={attempts.nextCursor === null ? null : `${withParameters(search, { cursor: attempts.nextCursor })}#attempts`} />
      </Panel>
    </div>
  );
}
