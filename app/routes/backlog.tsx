import { data, Link, useLocation } from "react-router";
import { backlogFacets, backlogFigure, backlogFilter, type BacklogItem, listBacklog } from "#queries/clickhouse/backlog/backlog.ts";
import { FilterError, paging, parseFilter } from "#queries/model/filter.ts";
import { Age } from "../components/Age.tsx";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
import { Facets } from "../components/fields/Facets.tsx";
import { formatCount } from "../components/format/money.ts";
import { Money, MoneyList } from "../components/Money.tsx";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { SlaClock } from "../components/SlaClock.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Tabs } from "../components/Tabs.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { facilityName, integrationName, objectNoun, processName, stepName } from "../exceptions/labels.ts";
import { activeFilters, facetGroup } from "../lists/facets.ts";
import { objectPath, withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/backlog";

export const handle = pageHandle({ title: "Backlog", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Backlog · Signalbox" }];
}

/** Names in the URL that a facet stands for. */
const FACETS = ["facility", "process", "step", "integration"] as const;
const LABELS = { expectation: "Expectation", facility: "Facility", process: "Process", step: "Waits for", integration: "Integration", entity: "Legal entity", objectType: "Object type", objectId: "Object", counterparty: "Counterparty", currency: "Currency" } as const;

/** A page of what waits for its next step, due first, with counts by facility, process, step and integration. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const current = catalogue.current();
  const search = url.searchParams;
  const now = new Date();
  const { clickhouse } = stores;
  try {
    const { cursor, limit, ...filter } = parseFilter(backlogFilter.extend(paging.shape), search);
    const [page, figure, { either, ...facets }] = await Promise.all([
      listBacklog(clickhouse, filter, { cursor, limit }, now, scope),
      backlogFigure(clickhouse, filter, now, scope),
      backlogFacets(clickhouse, filter, now, scope),
    ]);
    const names = {
      facility: (id: string) => facilityName(current, id), process: (id: string) => processName(current, id) ?? id, step: (id: string) => stepName(current, id) ?? id, integration: (id: string) => integrationName(current, id) ?? "No integration",
    };
    return {
      asOf: now.toISOString(), first: cursor === undefined, nextCursor: page.nextCursor, figure, counts: { all: either.count, late: either.late }, overdue: filter.overdue ?? null,
      facets: FACETS.map((name) => facetGroup(name, LABELS[name], facets[name].map(({ value, count }) => ({ value, count, label: names[name](value) })), filter[name])),
      filters: activeFilters(search, LABELS, (name, value) => (name in names ? names[name as keyof typeof names](value) : value)),
      items: page.items.map((item) => toRow(item, names)),
    };
  } catch (error) {
    if (error instanceof FilterError) throw data(error.message, { status: 400 });
    throw error;
  }
}

function toRow(item: BacklogItem, names: { facility: (id: string) => string; process: (id: string) => string; step: (id: string) => string }) {
  return {
    key: `${item.object.namespace} ${item.object.type} ${item.object.id} ${item.process} ${item.expectation}`, id: item.object.id, type: objectNoun(item.object.type), to: objectPath(item.object),
    waitsFor: names.step(item.step), after: names.step(item.after), process: names.process(item.process), since: item.since, dueAt: item.dueAt, overdue: item.overdue, facility: names.facility(item.facility ?? ""),
    counterparty: item.counterparty, critical: item.criticality === "critical", amount: item.amount,
  };
}

/** The backlog could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The backlog" />;
}

type Row = ReturnType<typeof toRow>;
const COLUMNS: readonly Column<Row>[] = [
  {
    id: "object",
    header: "Object",
    width: "172px",
    cell: (row) => (
      <span className="block min-w-0">
        <Link className="link tr block" to={row.to} data-tip={row.id.length > 20 ? row.id : undefined}>
          {row.id}
        </Link>
        <span className="second tr block">{row.type}</span>
      </span>
    ),
  },
  {
    id: "waits",
    header: "Waits for",
    card: "title",
    cell: (row) => (
      <span className="block min-w-0">
        <span className="tr block" data-tip={row.waitsFor}>{row.waitsFor}</span>
        <span className="second tr block">after “{row.after}”</span>
      </span>
    ),
  },
  { id: "due", header: "Due", width: "128px", cell: (row) => <SlaClock startedAt={row.since} dueAt={row.dueAt} /> },
  { id: "age", header: "Waits since", numeric: true, width: "88px", wideOnly: true, card: "hidden", cell: (row) => <Age since={row.since} /> },
  { id: "facility", header: "Facility", width: "18%", wideOnly: true, card: "foot", cell: (row) => <span className="tr block" data-tip={row.facility}>{row.facility}</span> },
  { id: "counterparty", header: "Counterparty", width: "15%", card: "foot", cell: (row) => (row.counterparty === null ? <NotApplicable /> : <span className="tr block" data-tip={row.counterparty}>{row.counterparty}</span>) },
  { id: "amount", header: "Amount", numeric: true, width: "124px", card: "foot-end", cell: (row) => (row.amount === null ? <NotApplicable /> : <Money amount={row.amount} />) },
];

/** Work that waits for its next step: how much, whose, how late. */
export default function Backlog({ loaderData: list }: Route.ComponentProps) {
  const { search } = useLocation();
  const names = new Set<string>(FACETS);
  const keep = [...new URLSearchParams(search)].filter(([name]) => !names.has(name) && name !== "cursor");
  return (
    <>
      <Tabs
        label="Due"
        items={[
          { label: "All", count: list.counts.all, to: withParameters(search, { overdue: null }), current: list.overdue === null },
          { label: "Overdue", count: list.counts.late, to: withParameters(search, { overdue: "true" }), current: list.overdue === "true" },
          { label: "Not yet due", count: list.counts.all - list.counts.late, to: withParameters(search, { overdue: "false" }), current: list.overdue === "false" },
        ]}
      />
      <div className="with-facets">
        <Facets groups={list.facets} keep={keep} />
        <div className="stack">
          <div className="listbar">
            <FilterChips filters={list.filters} clearTo="/backlog" />
            <span className="text-ink-3" role="status">
              {formatCount(list.figure.count)} {list.figure.count === 1 ? "step" : "steps"} awaited
              {list.figure.oldest ? <>, the oldest for <Age since={list.figure.oldest} /></> : null}
            </span>
            <span className="hide-s text-12">{list.figure.money.length > 0 ? <MoneyList amounts={list.figure.money} /> : null}</span>
            {list.figure.withoutAmount > 0 ? <span className="second hide-s">{formatCount(list.figure.withoutAmount)} carry no amount</span> : null}
          </div>
          <Panel flush cards>
            <DataTable
              caption="What waits for its next step, due first"
              columns={COLUMNS}
              rows={list.items}
              rowId={(row) => row.key}
              rowTo={(row) => row.to}
              total={list.figure.count}
              twoLine
              cards
              keys
              stickyHead
              blank={search === "" ? <EmptyState title="Nothing waits for its next step">Every object in your scope has gone all the way, as far as it is expected to.</EmptyState> : <NoHitState title="Nothing fits these filters">Take one of them away.</NoHitState>}
            />
            <Pagination text={`${formatCount(list.items.length)} of ${formatCount(list.figure.count)}, due first`} firstTo={list.first ? null : withParameters(search, {})} nextTo={list.nextCursor === null ? null : withParameters(search, { cursor: list.nextCursor })} />
          </Panel>
        </div>
      </div>
    </>
  );
}
