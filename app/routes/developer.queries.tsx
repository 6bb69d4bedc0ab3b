import { useLocation } from "react-router";
import { ButtonLink } from "../components/Button.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { formatCount } from "../components/format/money.ts";
import { Icon } from "../components/Icon.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Segmented } from "../components/Tabs.tsx";
import { Time } from "../components/Time.tsx";
import { groupByPage, type PageQueries } from "../developer/queries.ts";
import { withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/developer.queries";

export const handle = pageHandle({ title: "Queries" });

/** Title of the page. */
export function meta() {
  return [{ title: "Queries · Signalbox" }];
}

/** Rows of the list; the record itself keeps some hundreds. */
const SHOWN = 200;

/** The last queries of this process: by page, or one by one. Never their parameters or rows. */
export function loader({ context, url }: Route.LoaderArgs) {
  requireScope(context, "see_queries");
  const { stores } = context.get(servicesContext);
  const recent = stores.clickhouse.recentQueries();
  const single = url.searchParams.get("show") === "single";
  return {
    asOf: new Date().toISOString(), single, kept: recent.length, pages: single ? [] : groupByPage(recent),
    queries: single ? recent.slice(0, SHOWN).map((query, index) => ({ ...query, key: String(index), startedAt: query.startedAt.toISOString() })) : [],
  };
}

/** The record could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The record of queries" />;
}

const PAGES: readonly Column<PageQueries>[] = [
  { id: "page", header: "Page or call", card: "title", cell: (row) => <span className="tr block" data-tip={row.queries.join(", ")}>{row.page}</span> },
  { id: "requests", header: "Requests", numeric: true, width: "92px", cell: (row) => formatCount(row.requests) },
  { id: "each", header: "Queries each", numeric: true, width: "108px", cell: (row) => row.queriesEach.toFixed(1) },
  { id: "median", header: "Longest request", numeric: true, width: "128px", cell: (row) => `${formatCount(Math.round(row.longestMs))} ms` },
  { id: "p95", header: "p95 in stores", numeric: true, width: "112px", cell: (row) => `${formatCount(Math.round(row.p95Ms))} ms` },
  { id: "rows", header: "Rows read each", numeric: true, width: "128px", cell: (row) => formatCount(Math.round(row.rowsEach)) },
  { id: "slowest", header: "Slowest query", width: "26%", card: "foot", cell: (row) => <span className="tr block">{row.slowest.name} <span className="second">{formatCount(Math.round(row.slowest.ms))} ms</span></span> },
];

type Single = Route.ComponentProps["loaderData"]["queries"][number];
const SINGLE: readonly Column<Single>[] = [
  { id: "at", header: "At", width: "96px", cell: (row) => <Time at={row.startedAt} as="seconds" /> },
  { id: "name", header: "Query", card: "title", cell: (row) => <span className="tr block">{row.name} {row.error ? <span className="t-stop"><Icon name="stop" size="s" /> {row.error}</span> : null}</span> },
  { id: "page", header: "For", width: "24%", cell: (row) => <span className="tr block">{row.cause?.name ?? <span className="text-ink-3">background work</span>}</span> },
  { id: "kind", header: "Kind", width: "90px", card: "hidden", cell: (row) => row.kind },
  { id: "ms", header: "Took", numeric: true, width: "88px", cell: (row) => `${formatCount(Math.round(row.elapsedMs))} ms` },
  { id: "waited", header: "Waited", numeric: true, width: "88px", card: "foot", cell: (row) => `${formatCount(Math.round(row.waitedMs))} ms` },
  { id: "rows", header: "Rows read", numeric: true, width: "110px", card: "foot-end", cell: (row) => formatCount(row.rowsRead) },
];

/** What each page asked of the events store, how long it took and how many rows it read. */
export default function DeveloperQueries({ loaderData: found }: Route.ComponentProps) {
  const { search } = useLocation();
  const blank = <EmptyState title="Nothing was asked yet">Open a page, then come back.</EmptyState>;
  return (
    <>
      <div className="listbar">
        <Segmented
          label="Show"
          items={[
            { label: "By page", to: withParameters(search, { show: null }), current: !found.single },
            { label: "One by one", to: withParameters(search, { show: "single" }), current: found.single },
          ]}
        />
        <span className="second">The last {formatCount(found.kept)} queries of this process, since its start at most. Names only: parameters and rows are never kept.</span>
        <span className="ml-auto" />
        <ButtonLink to={withParameters(search, {})} icon="replay">
          Read again
        </ButtonLink>
      </div>
      <Panel flush cards>
        {found.single ? (
          <DataTable caption="Recent queries, newest first" columns={SINGLE} rows={found.queries} rowId={(row) => row.key} cards keys blank={blank} />
        ) : (
          <DataTable caption="Recent queries by page" columns={PAGES} rows={found.pages} rowId={(row) => row.page} cards keys blank={blank} />
        )}
      </Panel>
    </>
  );
}
