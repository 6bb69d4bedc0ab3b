import { data, Link, useLocation } from "react-router";
import { countRejected, listRejected, rejectedFilter } from "#queries/clickhouse/rejected-list/list.ts";
import { exceptionsOfSubjects } from "#queries/postgres/subject-exceptions.ts";
import { CursorError } from "#queries/model/cursor.ts";
import { FilterError, paging, parseFilter } from "#queries/model/filter.ts";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
import { Facets } from "../components/fields/Facets.tsx";
import { formatCount } from "../components/format/money.ts";
import { ListSearch } from "../components/lists/ListSearch.tsx";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Time } from "../components/Time.tsx";
import { NotApplicable, Unknown } from "../components/Unknown.tsx";
import { rejectedKey } from "../exceptions/rejections.ts";
import { facilityName, integrationName, objectNoun } from "../exceptions/labels.ts";
import { systemName } from "../objects/system-name.ts";
import { activeFilters, facetGroup } from "../lists/facets.ts";
import { withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/rejected";

export const handle = pageHandle({ title: "Rejected", facilities: true, live: "ask" });

/** Title of the page. */
export function meta() {
  return [{ title: "Rejected · Signalbox" }];
}

const FACETS = ["code", "integration", "facility", "status"] as const;
const LABELS = { code: "Code", integration: "Integration", facility: "Facility", status: "State", entity: "Legal entity", system: "Source", correlationId: "Correlation", objectType: "Object type", objectId: "Object", receipt: "Receipt", environment: "Environment" } as const;
/** Every code is shown with its count: there are not more. */
const ALL_CODES = 40;
const words = (code: string): string => code.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());

/** A page of what could not be taken, newest first, with counts by code and where each one's exception is. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const current = catalogue.current();
  const search = url.searchParams;
  try {
    const { cursor, limit, ...filter } = parseFilter(rejectedFilter.extend(paging.shape), search);
    const [page, counts] = await Promise.all([listRejected(stores.clickhouse, filter, { cursor, limit }, scope), countRejected(stores.clickhouse, filter, scope)]);
    const exceptions = await exceptionsOfSubjects(stores.postgres, page.items.map((item) => rejectedKey(item.id)), scope);
    const names = { code: words, integration: (id: string) => integrationName(current, id) ?? id, facility: (id: string) => facilityName(current, id), status: words };
    return {
      asOf: new Date().toISOString(), first: cursor === undefined, nextCursor: page.nextCursor, total: counts.total, q: filter.q ?? "",
      facets: FACETS.map((name) => facetGroup(name, LABELS[name], counts.facets[name].map((one) => ({ ...one, label: names[name](one.value) })), filter[name], names[name], name === "code" ? ALL_CODES : undefined)),
      filters: activeFilters(search, LABELS, (name, value) => (name in names ? names[name as keyof typeof names](value) : value)),
      items: page.items.map((item) => ({
        key: item.id, at: item.receivedAt, code: item.code, codeName: words(item.code), message: item.message, path: item.path, type: item.type, eventId: item.eventId, object: item.objects[0]?.id || null, noun: item.objects[0] ? objectNoun(item.objects[0].type) : null,
        source: item.source === null ? null : systemName(current, item.source), integration: integrationName(current, item.integration), bytes: item.contentBytes, status: item.status,
        exception: exceptions.get(rejectedKey(item.id)) ?? null,
      })),
    };
  } catch (error) {
    if (error instanceof FilterError || error instanceof CursorError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** The list could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The list of rejected input" />;
}

type Row = Route.ComponentProps["loaderData"]["items"][number];
const COLUMNS: readonly Column<Row>[] = [
  { id: "at", header: "Received", width: "112px", cell: (row) => <Time at={row.at} /> },
  {
    id: "why",
    header: "Why it could not be taken",
    card: "title",
    cell: (row) => (
      <span className="block min-w-0">
        <span className="tr block" data-tip={`${row.codeName}: ${row.message}`}>
          <b className="font-medium">{row.codeName}</b>: {row.message || "no further detail"}
        </span>
        <span className="second tr block">
          {row.path ? <>at <code>{row.path}</code></> : "the whole input"}
          {row.bytes > 0 ? `, ${formatCount(row.bytes)} bytes` : ""}
        </span>
      </span>
    ),
  },
  {
    id: "what",
    header: "What it was",
    width: "22%",
    cell: (row) => (
      <span className="block min-w-0">
        <span className="tr block" data-tip={row.object ?? row.eventId ?? undefined}>{row.object ?? row.eventId ?? <Unknown>cannot be told</Unknown>}</span>
        <span className="second tr block" data-tip={row.type ?? undefined}>{[row.object === null ? null : row.noun, row.type ?? "no type"].filter(Boolean).join(", ")}</span>
      </span>
    ),
  },
  {
    id: "source",
    header: "From",
    width: "18%",
    card: "foot",
    cell: (row) => (
      <span className="block min-w-0">
        <span className="tr block" data-tip={row.source ?? undefined}>{row.source ?? <Unknown />}</span>
        <span className="second tr block">{row.integration ?? "no integration"}</span>
      </span>
    ),
  },
  { id: "exception", header: "Exception", width: "110px", card: "foot-end", cell: (row) => (row.exception === null ? <NotApplicable /> : <Link className="link" to={`/exceptions/${row.exception.id}`}>EX-{row.exception.id} <span className="second">{row.exception.status}</span></Link>) },
];

/** What could not be taken as it is. Nothing is thrown away. */
export default function Rejected({ loaderData: list }: Route.ComponentProps) {
  const { search } = useLocation();
  const names = new Set<string>(FACETS);
  const keep = [...new URLSearchParams(search)].filter(([name]) => !names.has(name) && name !== "cursor");
  return (
    <div className="with-facets">
      <Facets groups={list.facets} keep={keep} />
      <div className="stack">
        <ListSearch label="Event id, object or words of the message" value={list.q} search={search}>
          <span className="text-ink-3" role="status">
            {formatCount(list.total)} rejected
          </span>
        </ListSearch>
        {list.filters.length > 0 ? (
          <div className="listbar">
            <FilterChips filters={list.filters} clearTo="/rejected" />
          </div>
        ) : null}
        <Panel flush cards>
          <DataTable
            caption="Rejected input, newest first"
            columns={COLUMNS}
            rows={list.items}
            rowId={(row) => row.key}
            rowTo={(row) => (row.exception ? `/exceptions/${row.exception.id}` : null)}
            total={list.total}
            twoLine
            cards
            keys
            blank={search === "" ? <EmptyState title="Nothing was rejected">Everything that was sent for your facilities could be taken as it is.</EmptyState> : <NoHitState title="Nothing fits these filters">Take one of them away.</NoHitState>}
          />
          <Pagination text={`${formatCount(list.items.length)} of ${formatCount(list.total)}, newest first`} firstTo={list.first ? null : withParameters(search, {})} nextTo={list.nextCursor === null ? null : withParameters(search, { cursor: list.nextCursor })} />
        </Panel>
      </div>
    </div>
  );
}
