import { data, Link, useLocation } from "react-router";
import { z } from "zod";
import { backlogCells, backlogFacets, backlogFigure, backlogFilter, type BacklogItem, listBacklog } from "#queries/clickhouse/backlog/backlog.ts";
import { backlogAgeing } from "#queries/clickhouse/backlog/growth.ts";
import { FilterError, paging, parseFilter } from "#queries/model/filter.ts";
import { readBacklogAhead } from "../assistance/backlog-ahead.ts";
import { GROWTH_GROUPS, GROWTH_WINDOWS, readGrowth } from "../backlog/growth-view.ts";
import { Age } from "../components/Age.tsx";
import { BacklogAheadPanel } from "../components/assistance/BacklogAhead.tsx";
import { GrowthPanels } from "../components/backlog/GrowthPanels.tsx";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
import { Facets } from "../components/fields/Facets.tsx";
import { AgeingBar } from "../components/figures/AgeingBar.tsx";
import { formatCount } from "../components/format/money.ts";
import { Money, MoneyList } from "../components/Money.tsx";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { SlaClock } from "../components/SlaClock.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { readPreferences } from "../components/shell/preferences.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Segmented, Tabs } from "../components/Tabs.tsx";
import { HeatPanel } from "../components/tower/TowerPanels.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { facilityName, integrationName, objectNoun, processName, stepName, saidWords } from "../exceptions/labels.ts";
import { heatOf, MEASURES } from "../exceptions/tower.ts";
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
const LABELS = { expectation: "Expectation", facility: "Facility", process: "Process", step: "Waits for", integration: "Integration", entity: "Legal entity", objectType: "Object type", objectId: "Object", counterparty: "Counterparty", currency: "Currency", criticality: "Criticality", from: "Waits since", to: "Waits since before", said: "What was said" } as const;

/** The list, the heat map, or how it grew. */
const VIEWS = ["list", "heat", "growth"] as const;
/** Since when something waits at least, in days. */
const OLDER_THAN = { P1D: 1, P3D: 3, P7D: 7 } as const;
const DAY_MS = 86_400_000;
/** What a cell of the heat map sets itself, or what is about the heat map only. */
const HEAT_OWN: ReadonlySet<string> = new Set(["facility", "view", "measure", "cursor"]);
const asked = backlogFilter.extend({
  view: z.enum(VIEWS).default("list"), measure: z.enum(MEASURES).default("count"), window: z.enum(GROWTH_WINDOWS).default("24h"), by: z.enum(GROWTH_GROUPS).default("facility"),
  olderThan: z.enum(Object.keys(OLDER_THAN) as (keyof typeof OLDER_THAN)[]).optional(),
  ...paging.shape,
});

/** What waits for its next step: a page of the list (due first), the heat map by facility and process, or how it grew. */
export async function loader({ context, request, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const current = catalogue.current();
  const search = url.searchParams;
  const now = new Date();
  const { clickhouse } = stores;
  try {
    const { cursor, limit, view, measure, window, by, olderThan, ...given } = parseFilter(asked, search);
    const before = olderThan === undefined ? undefined : new Date(now.getTime() - OLDER_THAN[olderThan] * DAY_MS).toISOString();
    const to = [given.to, before].filter((each) => each !== undefined).sort((a, b) => Date.parse(a) - Date.parse(b))[0];
    const filter = { ...given, ...(to === undefined ? {} : { to }) };
    const names = {
      facility: (id: string) => facilityName(current, id), process: (id: string) => processName(current, id) ?? id, step: (id: string) => stepName(current, id) ?? id, integration: (id: string) => integrationName(current, id) ?? "No integration",
      from: (at: string) => at, to: (at: string) => at, said: (text: string) => saidWords(current, text),
    };
    const bounds = Object.values(OLDER_THAN).map((days) => new Date(now.getTime() - days * DAY_MS));
    const [page, figure, { either, ...facets }, ageing, heat, growth, ahead] = await Promise.all([
      view === "list" ? listBacklog(clickhouse, filter, { cursor, limit }, now, scope) : null,
      backlogFigure(clickhouse, filter, now, scope),
      backlogFacets(clickhouse, filter, now, scope),
      backlogAgeing(clickhouse, filter, bounds, now, scope),
      view === "heat" ? backlogCells(clickhouse, filter, now, scope).then((cells) => heatOf(cells, current, [...search].filter(([name]) => !HEAT_OWN.has(name)))) : null,
      view === "growth" ? readGrowth(clickhouse, filter, window, by, readPreferences(request.headers.get("cookie")).zone, names[by], now, scope) : null,
      view === "growth" ? readBacklogAhead(clickhouse, current, filter, now, scope) : null,
    ]);
    return {
      asOf: now.toISOString(), first: cursor === undefined, nextCursor: page?.nextCursor ?? null, figure, counts: { all: either.count, late: either.late }, overdue: filter.overdue ?? null, view, measure, olderThan: olderThan ?? null, ageing, heat, growth, ahead,
      facets: FACETS.map((name) => facetGroup(name, LABELS[name], facets[name].map(({ value, count }) => ({ value, count, label: names[name](value) })), filter[name])),
      filters: activeFilters(search, LABELS, (name, value) => (name in names ? names[name as keyof typeof names](value) : value)),
      items: page?.items.map((item) => toRow(item, names)) ?? [],
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
  { id: "due", header: "Due", width: "138px", cell: (row) => <SlaClock startedAt={row.since} dueAt={row.dueAt} /> },
  { id: "age", header: "Waits since", numeric: true, width: "88px", wideOnly: true, card: "hidden", cell: (row) => <Age since={row.since} /> },
  { id: "facility", header: "Facility", width: "18%", wideOnly: true, card: "foot", cell: (row) => <span className="tr block" data-tip={row.facility}>{row.facility}</span> },
  { id: "counterparty", header: "Counterparty", width: "15%", card: "foot", cell: (row) => (row.counterparty === null ? <NotApplicable /> : <span className="tr block" data-tip={row.counterparty}>{row.counterparty}</span>) },
  { id: "amount", header: "Amount", numeric: true, width: "124px", card: "foot-end", cell: (row) => (row.amount === null ? <NotApplicable /> : <Money amount={row.amount} />) },
];

const AGEING = ["< 1 d", "1–3 d", "3–7 d", "> 7 d"];

/** Work that waits for its next step: how much, whose, how late, and whether it grows. */
export default function Backlog({ loaderData: list }: Route.ComponentProps) {
  const { search } = useLocation();
  const names = new Set<string>(FACETS);
  const keep = [...new URLSearchParams(search)].filter(([name]) => !names.has(name) && name !== "cursor");
  const to = (changes: Record<string, string | null>) => withParameters(search, changes);
  return (
    <>
      <Tabs
        label="Due"
        items={[
          { label: "All", count: list.counts.all, to: to({ overdue: null }), current: list.overdue === null },
          { label: "Overdue", count: list.counts.late, to: to({ overdue: "true" }), current: list.overdue === "true" },
          { label: "Not yet due", count: list.counts.all - list.counts.late, to: to({ overdue: "false" }), current: list.overdue === "false" },
        ]}
      />
      <div className="with-facets">
        <Facets groups={list.facets} keep={keep} />
        <div className="stack">
          <div className="listbar">
            <Segmented label="View" items={VIEWS.map((view) => ({ label: { list: "List", heat: "Heat map", growth: "Growth" }[view], to: to({ view: view === "list" ? null : view }), current: list.view === view }))} />
            <FilterChips filters={list.filters} clearTo="/backlog" />
            <span className="text-ink-3" role="status">
              {formatCount(list.figure.count)} {list.figure.count === 1 ? "step" : "steps"} awaited
              {list.figure.oldest ? <>, the oldest for <Age since={list.figure.oldest} /></> : null}
            </span>
            <span className="hide-s text-12">{list.figure.money.length > 0 ? <MoneyList amounts={list.figure.money} /> : null}</span>
            {list.figure.withoutAmount > 0 ? <span className="second hide-s">{formatCount(list.figure.withoutAmount)} carry no amount</span> : null}
          </div>
          {list.view === "growth" && list.growth ? (
            <>
              <GrowthPanels growth={list.growth} to={to} />
              <BacklogAheadPanel ahead={list.ahead} />
            </>
          ) : (
            <>
              <div className="listbar">
                <span className="second">Waits for longer than</span>
                <Segmented label="Waits for longer than" items={[{ label: "any time", to: to({ olderThan: null }), current: list.olderThan === null }, ...(Object.keys(OLDER_THAN) as (keyof typeof OLDER_THAN)[]).map((each) => ({ label: `${OLDER_THAN[each]} d`, to: to({ olderThan: each }), current: list.olderThan === each }))]} />
                <span className="hide-s min-w-60 flex-1">
                  <AgeingBar steps={list.ageing.map((count, index) => ({ label: AGEING[index] ?? "", count }))} />
                </span>
              </div>
              {list.heat ? <HeatPanel heat={list.heat} measure={list.measure} to={(measure) => to({ measure: measure === "count" ? null : measure })} /> : <Rows list={list} />}
            </>
          )}
        </div>
      </div>
    </>
  );
}

function Rows({ list }: { list: Route.ComponentProps["loaderData"] }) {
  const { search } = useLocation();
  return (
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
        blank={search === "" ? <EmptyState title="Nothing waits for its next step">Every object in your scope has gone all the way, as far as it is expected to.</EmptyState> : <NoHitState title="Nothing fits these filters">Take one of them away.</NoHitState>}
      />
      <Pagination text={`${formatCount(list.items.length)} of ${formatCount(list.figure.count)}, due first`} firstTo={list.first ? null : withParameters(search, {})} nextTo={list.nextCursor === null ? null : withParameters(search, { cursor: list.nextCursor })} />
    </Panel>
  );
}
