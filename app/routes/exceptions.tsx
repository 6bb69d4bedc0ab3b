import { useMemo, useState } from "react";
import { data, Form, Link, redirect, type ShouldRevalidateFunctionArgs, useLocation, useRouteLoaderData } from "react-router";
import { FilterError } from "#queries/model/filter.ts";
import { readWorklistQuery } from "#queries/model/worklist-query.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { visitWorklist } from "#queries/postgres/reading.ts";
import { markWatchSeen, watchedOf } from "#queries/postgres/watches.ts";
import { can, scopeFor } from "../auth/principal.ts";
import { Button, ButtonLink } from "../components/Button.tsx";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { BulkActs } from "../components/exceptions/BulkActs.tsx";
import { ColumnsMenu } from "../components/exceptions/ColumnsMenu.tsx";
import { ExceptionsTable, SELECTION_FORM, withParameter } from "../components/exceptions/ExceptionsTable.tsx";
import { ViewsMenu, viewTabs } from "../components/exceptions/ViewsMenu.tsx";
import { NotesPinned } from "../components/worklists/Notes.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
import { Checkbox } from "../components/fields/Checkbox.tsx";
import { Facets } from "../components/fields/Facets.tsx";
import { formatCount } from "../components/format/money.ts";
import { formatMoment } from "../components/format/time.ts";
import { kindIcon } from "../components/KindMark.tsx";
import { MoneyList } from "../components/Money.tsx";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { useReader } from "../components/reader.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Segmented, Tabs } from "../components/Tabs.tsx";
import { actChoices } from "../exceptions/act-choices.ts";
import { MOST_AT_ONCE, packIds, unpackIds } from "../exceptions/selected-ids.ts";
import { readWorklist } from "../exceptions/worklist.ts";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import { readNotes } from "../worklists/handover.ts";
import { firstAddress, readViews } from "../worklists/views.ts";
import type { loader as shellLoader } from "./_shell.tsx";
import type { Route } from "./+types/exceptions";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Exceptions", facilities: true, live: "ask" });

/** Title of the page. */
export function meta() {
  return [{ title: "Exceptions · Signalbox" }];
}

/** One page of the worklist, its facets, views and what the person may do. The plain address opens the person's chosen view. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const current = catalogue.current();
  const reader = { id: principal.id, role: principal.role };
  if (url.searchParams.size === 0) {
    const first = await firstAddress(stores, current, reader);
    if (first !== null && first !== "/exceptions") throw redirect(first);
  }
  const now = new Date();
  const scope = scopeFor(principal, "read");
  try {
    const asked = readWorklistQuery(url.searchParams, { me: principal.id, now });
    const [people, since] = await Promise.all([listPeople(stores.postgres), visitWorklist(stores.postgres, principal.id, now)]);
    // owners are kept by e-mail address, whom something is assigned to by id
    const names = new Map(people.flatMap((person) => [[person.id, person.name] as const, [person.email, person.name] as const]));
    const [list, views] = await Promise.all([readWorklist(stores, current, scope, asked, names, principal.id, since, now), readViews(stores, current, reader, scope, asked, now)]);
    const [watched, notes] = await Promise.all([
      views.current ? watchedOf(stores.postgres, principal.id, "view", [views.current.id]) : new Set<string>(),
      views.current ? readNotes(stores, current, { ...reader, timeZone: principal.timeZone }, scope, names, now, views.current.id) : [],
    ]);
    // Whoever opens a watched view has looked at it; the address of its news keeps saying since when.
    if (watched.size > 0 && views.current) await markWatchSeen(stores.postgres, principal.id, "view", views.current.id);
    return {
      ...list,
      views,
      notes,
      watching: watched.size > 0,
      given: asked.given.toString(),
      columns: asked.columns,
      sort: asked.filter.sort,
      may: { assign: can(principal, "assign"), resolve: can(principal, "resolve"), replay: can(principal, "request_replay"), export: can(principal, "export") },
      choices: actChoices(principal.id, people),
    };
  } catch (error) {
    // An address with a filter that does not exist is the reader's 400, not our 500.
    if (error instanceof FilterError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** A preview of a replay changes nothing here. */
export function shouldRevalidate({ formAction, formData, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return formAction?.startsWith("/replays/new") && formData?.get("intent") === "preview" ? false : defaultShouldRevalidate;
}

/** The worklist could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The list of exceptions" />;
}

const NOBODY: ReadonlySet<string> = new Set();
const to = (id: string): string => `/exceptions/${id}`;

/** The exceptions worklist. */
export default function Exceptions({ loaderData: list }: Route.ComponentProps) {
  const { search } = useLocation();
  const frame = useRouteLoaderData<typeof shellLoader>("routes/_shell");
  const { zone, now } = useReader();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(NOBODY);
  const [currentKey, setCurrent] = useState<string | null>(null);
  // Another list is another selection: what is not on the page is not acted on.
  const rows = useMemo(() => list.rows.filter((row) => ticked.has(row.key)), [list.rows, ticked]);
  const selected = useMemo(() => new Set(rows.map((row) => row.key)), [rows]);
  const ids = rows.some((row) => row.ids === null) ? null : packIds(rows.flatMap((row) => unpackIds(row.ids ?? "", MOST_AT_ONCE) ?? []));
  const current = list.rows.find((row) => row.key === currentKey) ?? null;
  const parameters = [...new URLSearchParams(search)].filter(([name]) => name !== "cursor");
  const facetNames = new Set<string>(list.facets.map((facet) => facet.name));
  const keep = parameters.filter(([name]) => !facetNames.has(name));
  if (list.views.chosen !== null && !keep.some(([name]) => name === "view")) keep.push(["view", "all-open"]);
  const filters = list.filters.map((filter) => ({ ...filter, value: /^\d{4}-\d\d-\d\dT/.test(filter.value) ? (formatMoment(filter.value, zone, now) ?? filter.value) : filter.value }));
  const isFirst = !new URLSearchParams(search).has("cursor");
  const oneGroup = new URLSearchParams(search).has("fingerprint");
  return (
    <>
      <Tabs label="Views" items={viewTabs(list.views)} />
      <NotesPinned notes={list.notes} />
      <div className="with-facets">
        <Facets keep={keep} groups={list.facets.map((facet) => ({ name: facet.name, label: facet.label, options: facet.options.map((option) => ({ ...option, icon: facet.name === "kind" ? kindIcon(option.value as "failed") : undefined })), more: facet.more > 0 ? <span className="second">{formatCount(facet.more)} more: search for them</span> : null }))} />
        <div className="stack">
          <div className="listbar">
            <FilterChips filters={filters} clearTo="/exceptions?view=all-open" />
            <span className="text-ink-3" role="status">
              {formatCount(list.count)} {list.count === 1 ? "exception" : "exceptions"}
              {list.grouped && list.lineCount !== list.count ? ` in ${formatCount(list.lineCount)} ${list.lineCount === 1 ? "line" : "lines"}` : ""}
            </span>
            {list.fresh ? <Fresh fresh={list.fresh} back={search} /> : null}
            <span className="ml-auto" />
            <ViewsMenu shown={list.views} given={list.given} watching={list.watching} />
            <ColumnsMenu shown={list.columns} keep={parameters.filter(([name]) => name !== "cols")} />
            {oneGroup ? null : (
              <Segmented
                label="Equal failures"
                items={[
                  { label: "Grouped", to: withParameter(search, "lines", null), current: list.grouped },
                  { label: "One by one", to: withParameter(search, "lines", "single"), current: !list.grouped },
                ]}
              />
            )}
            {list.may.export && list.count > 0 ? (
              <ButtonLink to={`/api/v1/exports/exceptions${list.resolved === "" ? "" : `?${list.resolved}`}`} icon="download" download>
                Export {formatCount(list.count)}
              </ButtonLink>
            ) : null}
          </div>
          {list.may.assign && list.count > 0 ? <PlainSelection list={list} /> : null}
          <Panel flush cards>
            <ExceptionsTable
              rows={list.rows}
              total={list.lineCount}
              sort={list.sort}
              search={search}
              to={to}
              shown={list.columns}
              onCurrent={setCurrent}
              selected={selected}
              onSelect={setTicked}
              blank={
                filters.length > 0 ? (
                  <NoHitState title="Nothing fits these filters" actions={<ButtonLink to="/exceptions?view=all-open">Remove all filters</ButtonLink>}>
                    Remove one of them to see more. Closed exceptions show with the status Resolved.
                  </NoHitState>
                ) : frame?.loading ? (
                  <EmptyState title="Still being judged">A history is being loaded. What is wrong in it appears here by itself.</EmptyState>
                ) : (
                  <EmptyState title="Nothing is wrong">Every step was seen in its time, or is not yet due. Checked {formatMoment(now, zone, now)}.</EmptyState>
                )
              }
            />
            {list.money.length > 0 ? (
              <p className="rowx flex-wrap gap-x-3 border-t border-line px-3.5 py-2 text-12">
                <span className="text-ink-3">Money in all {formatCount(list.count)}, each amount once</span>
                <MoneyList amounts={list.money} />
              </p>
            ) : null}
            {list.rows.length > 0 ? <Pagination text={isFirst ? `1–${formatCount(list.rows.length)} of ${formatCount(list.lineCount)}` : `${formatCount(list.rows.length)} of ${formatCount(list.lineCount)}`} firstTo={isFirst ? null : withParameter(search, "cursor", null)} nextTo={list.nextCursor ? `${withParameter(search, "cursor", null)}${withParameter(search, "cursor", null).includes("?") ? "&" : "?"}cursor=${list.nextCursor}` : null} /> : null}
          </Panel>
        </div>
      </div>
      <BulkActs
        lines={rows.length}
        ids={ids}
        count={rows.reduce((sum, row) => sum + row.count, 0)}
        seenAt={list.asOf}
        all={{ total: list.count, filter: list.resolved, newest: list.newestId }}
        current={current && { ids: current.ids, count: current.count }}
        may={list.may}
        choices={list.choices}
        onClear={() => setTicked(NOBODY)}
      />
    </>
  );
}

/** `12 new since yesterday 17:40`, and the way to have seen them all. */
function Fresh({ fresh, back }: { fresh: { since: string; count: number; to: string }; back: string }) {
  const { zone, now } = useReader();
  return (
    <span className="rowx gap-2">
      <Link className="link font-medium" to={fresh.to}>
        {formatCount(fresh.count)} new since {formatMoment(fresh.since, zone, now)}
      </Link>
      <Form method="post" action="/queue/seen">
        <input type="hidden" name="back" value={`/exceptions${back}`} />
        <button type="submit" className="link text-ink-3">
          Mark all as seen
        </button>
      </Form>
    </span>
  );
}

/** Acting on ticked lines without JavaScript. */
function PlainSelection({ list }: { list: Route.ComponentProps["loaderData"] }) {
  return (
    <Form id={SELECTION_FORM} method="post" action="/exceptions/bulk" className="only-nojs">
      <input type="hidden" name="intent" value="choose" />
      <input type="hidden" name="filter" value={list.resolved} />
      <input type="hidden" name="newest" value={list.newestId} />
      <input type="hidden" name="seenAt" value={list.asOf} />
      <div className="listbar">
        <span>With the ticked lines:</span>
        <Button type="submit" name="act" value="assign">
          Assign …
        </Button>
        <Button type="submit" name="act" value="acknowledge">
          Take on …
        </Button>
        <Button type="submit" name="act" value="wait">
          Wait …
        </Button>
        <Button type="submit" name="act" value="comment">
          Comment …
        </Button>
        {list.may.resolve ? (
          <>
            <Button type="submit" name="act" value="ignore">
              Ignore …
            </Button>
            <Button type="submit" name="act" value="resolve">
              Resolve …
            </Button>
          </>
        ) : null}
        <Checkbox name="all" value="1">
          All {formatCount(list.count)} that match
        </Checkbox>
      </div>
    </Form>
  );
}
