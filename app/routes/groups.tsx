import { data, useLocation } from "react-router";
import { FilterError } from "#queries/model/filter.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { scopeFor } from "../auth/principal.ts";
import { ButtonLink } from "../components/Button.tsx";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
import { Facets } from "../components/fields/Facets.tsx";
import { formatCount } from "../components/format/money.ts";
import { formatMoment } from "../components/format/time.ts";
import { GroupsTable } from "../components/groups/GroupsTable.tsx";
import { kindIcon } from "../components/KindMark.tsx";
import { ListSearch } from "../components/lists/ListSearch.tsx";
import { MoneyList } from "../components/Money.tsx";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { useReader } from "../components/reader.tsx";
import { readPreferences } from "../components/shell/preferences.ts";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Tabs } from "../components/Tabs.tsx";
import { groupDetail, readGroupPage } from "../groups/list.ts";
import { withParameters } from "../paths.ts";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/groups";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Failure groups", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Failure groups · Signalbox" }];
}

/** One page of groups, with their trends, facets and views. */
export async function loader({ context, request, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const names = new Map((await listPeople(stores.postgres)).map((person) => [person.id, person.name] as const));
  const { zone } = readPreferences(request.headers.get("cookie"));
  try {
    const list = await readGroupPage(stores, catalogue.current(), url.searchParams, { id: principal.id, scope: scopeFor(principal, "read"), zone }, names);
    return { ...list, rows: list.items.map((item) => ({ ...item, detail: groupDetail(item, catalogue.current()), owner: item.assignee === null ? null : (names.get(item.assignee) ?? item.assignee) })) };
  } catch (error) {
    if (error instanceof FilterError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** The groups could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The list of failure groups" />;
}

/** Failures of one cause as one: which cause is worth an hour first. */
export default function Groups({ loaderData: list }: Route.ComponentProps) {
  const { search } = useLocation();
  const { zone, now } = useReader();
  const facetNames = new Set<string>(list.facets.map((facet) => facet.name));
  const given = new URLSearchParams(search);
  const keep = [...given].filter(([name]) => !facetNames.has(name) && name !== "cursor");
  const filters = list.filters.map((filter) => ({ ...filter, value: /^\d{4}-\d\d-\d\dT/.test(filter.value) ? (formatMoment(filter.value, zone, now) ?? filter.value) : filter.value }));
  const isFirst = !given.has("cursor");
  return (
    <>
      <Tabs label="Views" items={list.tabs} end={list.money.length > 0 ? <span className="hide-m ml-auto self-center pl-4 text-12 whitespace-nowrap"><MoneyList amounts={list.money} /></span> : null} />
      <div className="with-facets">
        <Facets keep={keep} groups={list.facets.map((facet) => ({ name: facet.name, label: facet.label, options: facet.options.map((option) => ({ ...option, icon: facet.name === "kind" ? kindIcon(option.value as "failed") : undefined })), more: facet.more > 0 ? <span className="second">{formatCount(facet.more)} more</span> : null }))} />
        <div className="stack">
          <ListSearch label="Search groups" value={given.get("q") ?? ""} search={search}>
            <FilterChips filters={filters} clearTo="/groups" />
            <span className="text-ink-3" role="status">
              {formatCount(list.groups)} {list.groups === 1 ? "group" : "groups"}, {formatCount(list.failures)} {list.failures === 1 ? "failure" : "failures"}
            </span>
          </ListSearch>
          <Panel flush cards>
            <GroupsTable
              rows={list.rows}
              total={list.groups}
              sort={list.sort}
              sortTo={(sort) => withParameters(search, { sort: sort === "severity" ? null : sort })}
              blank={
                filters.length > 0 || given.has("view") ? (
                  <NoHitState title="No group fits" actions={<ButtonLink to="/groups">All groups to do</ButtonLink>}>
                    Remove a filter, or look at another view. Closed groups show under “All, closed too”.
                  </NoHitState>
                ) : (
                  <EmptyState title="Nothing fails">No failure waits for anybody. Checked {formatMoment(now, zone, now)}.</EmptyState>
                )
              }
            />
            {list.rows.length > 0 ? <Pagination text={isFirst ? `1–${formatCount(list.rows.length)} of ${formatCount(list.groups)}` : `${formatCount(list.rows.length)} of ${formatCount(list.groups)}`} firstTo={isFirst ? null : withParameters(search, {})} nextTo={list.nextCursor ? withParameters(search, { cursor: list.nextCursor }) : null} /> : null}
          </Panel>
        </div>
      </div>
    </>
  );
}
