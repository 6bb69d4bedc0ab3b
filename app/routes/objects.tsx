import { data, Link, useLocation } from "react-router";
import { listObjects, objectFilter } from "#queries/clickhouse/objects/list.ts";
import { CursorError } from "#queries/model/cursor.ts";
import { FilterError, paging, parseFilter } from "#queries/model/filter.ts";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { ListSearch } from "../components/lists/ListSearch.tsx";
import { Money } from "../components/Money.tsx";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Time } from "../components/Time.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { facilityName, objectNoun, objectNouns, stepName } from "../exceptions/labels.ts";
import { objectPath, withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/objects";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Objects", titleOf: ({ type }) => objectNouns(type).replace(/^./, (first) => first.toUpperCase()), facilities: true });

/** Title of the page. */
export function meta({ params }: Route.MetaArgs) {
  return [{ title: `${objectNouns(params.type)} · Signalbox` }];
}

/** One page of the objects of a type, the most recently touched first. */
export async function loader({ context, params, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const current = catalogue.current();
  try {
    const { cursor, limit, ...filter } = parseFilter(objectFilter.extend(paging.shape), url.searchParams);
    const { items, nextCursor } = await listObjects(stores.clickhouse, params.type, filter, { cursor, limit }, scope);
    return {
      asOf: new Date().toISOString(), type: params.type, first: cursor === undefined, nextCursor, q: filter.q ?? "",
      items: items.map((item) => ({
        key: `${item.namespace} ${item.id}`, id: item.id, to: objectPath(item), namespace: item.namespace, facility: item.facility === null ? null : facilityName(current, item.facility),
        counterparty: item.counterparty?.name ?? item.counterparty?.id ?? null, amount: item.amount, milestone: item.milestone === null ? null : (stepName(current, item.milestone.type) ?? item.milestone.type), lastEventAt: item.lastEventAt, events: item.events,
      })),
    };
  } catch (error) {
    if (error instanceof FilterError || error instanceof CursorError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** The list could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The list" />;
}

type Row = Route.ComponentProps["loaderData"]["items"][number];
const COLUMNS: readonly Column<Row>[] = [
  { id: "id", header: "Object", width: "18%", card: "title", cell: (row) => <Link className="link tr block" to={row.to} data-tip={row.id.length > 20 ? row.id : undefined}>{row.id}</Link> },
  { id: "milestone", header: "Reached last", cell: (row) => (row.milestone === null ? <NotApplicable /> : <span className="tr block" data-tip={row.milestone}>{row.milestone}</span>) },
  { id: "counterparty", header: "Counterparty", width: "18%", cell: (row) => (row.counterparty === null ? <NotApplicable /> : <span className="tr block" data-tip={row.counterparty}>{row.counterparty}</span>) },
  { id: "facility", header: "Facility", width: "18%", wideOnly: true, cell: (row) => (row.facility === null ? <NotApplicable /> : <span className="tr block" data-tip={row.facility}>{row.facility}</span>) },
  { id: "amount", header: "Amount", numeric: true, width: "150px", card: "foot", cell: (row) => (row.amount === null ? <NotApplicable /> : <Money amount={row.amount} />) },
  { id: "events", header: "Events", numeric: true, width: "80px", card: "hidden", cell: (row) => row.events },
  { id: "last", header: "Last event", numeric: true, width: "130px", card: "foot-end", cell: (row) => <Time at={row.lastEventAt} /> },
];

/** Business objects of one type. */
export default function Objects({ loaderData: list }: Route.ComponentProps) {
  const { search } = useLocation();
  return (
    <>
      <ListSearch label="Part of an id or a counterparty" value={list.q} search={search} />
      <Panel flush cards>
        <DataTable
          caption={`${objectNouns(list.type)}, most recently touched first`}
          columns={COLUMNS}
          rows={list.items}
          rowId={(row) => row.key}
          rowTo={(row) => row.to}
          total={-1}
          cards
          keys
          blank={search === "" ? <EmptyState title={`No ${objectNoun(list.type)} in your scope`}>Nothing of this type was ever named by an event of your facilities.</EmptyState> : <NoHitState title="Nothing fits these filters">Take one of them away.</NoHitState>}
        />
        <Pagination text={`${list.items.length} shown, most recently touched first`} firstTo={list.first ? null : withParameters(search, {})} nextTo={list.nextCursor === null ? null : withParameters(search, { cursor: list.nextCursor })} />
      </Panel>
    </>
  );
}
