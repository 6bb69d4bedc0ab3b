import { useMemo, useState } from "react";
import { data, type ShouldRevalidateFunctionArgs, useLocation } from "react-router";
import { FilterError } from "#queries/model/filter.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { can, scopeFor } from "../auth/principal.ts";
import { ButtonLink } from "../components/Button.tsx";
import { BulkActs, type ActResult } from "../components/exceptions/BulkActs.tsx";
import { ExceptionsTable, withParameter } from "../components/exceptions/ExceptionsTable.tsx";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
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
import { actOnExceptions } from "../exceptions/acts.ts";
import { actChoices } from "../exceptions/act-choices.ts";
import { doneText, readActForm } from "../exceptions/act-form.ts";
import { unpackIds, packIds } from "../exceptions/selected-ids.ts";
import { readWorklist, readWorklistRequest, type WorklistRequest } from "../exceptions/worklist.ts";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/exceptions";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Exceptions", facilities: true, live: "ask" });

/** Title of the page. */
export function meta() {
  return [{ title: "Exceptions · Signalbox" }];
}

/** Exceptions in one act at most. */
const MOST = 5000;

/** One page of the worklist, its facets, views and what the person may do. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const asked = requestOf(url.searchParams);
  const people = await listPeople(stores.postgres);
  // owners are kept by e-mail address, whom something is assigned to by id
  const names = new Map(people.flatMap((person) => [[person.id, person.name] as const, [person.email, person.name] as const]));
  const list = await readWorklist(stores, catalogue.current(), scopeFor(principal, "read"), asked, names, principal.id).catch(asAddressError);
  return {
    ...list,
    sort: asked.filter.sort,
    may: { assign: can(principal, "assign"), resolve: can(principal, "resolve"), replay: can(principal, "request_replay"), export: can(principal, "export") },
    choices: actChoices(principal.id, people),
  };
}

function requestOf(search: URLSearchParams): WorklistRequest {
  try {
    return readWorklistRequest(search);
  } catch (error) {
    return asAddressError(error);
  }
}

/** An address with a filter that does not exist is the reader's 400, not our 500. */
function asAddressError(error: unknown): never {
  if (error instanceof FilterError) throw data(error.message, { status: 400 });
  throw error;
}

/** One act on a frozen selection. */
export async function action({ context, request }: Route.ActionArgs): Promise<ActResult | ReturnType<typeof data<ActResult>>> {
  const form = await request.formData();
  const ids = unpackIds(String(form.get("ids") ?? ""), MOST);
  if (ids === null || ids.length === 0) return data({ problem: "Nothing is selected any more." }, { status: 400 });
  const read = readActForm(form, new Date());
  if ("problem" in read) return data({ problem: read.problem }, { status: 400 });
  const { stores } = context.get(servicesContext);
  const { done, skipped } = await actOnExceptions(stores, { actor: actorOf(context), scope: requireScope(context, read.needs) }, ids, read.act);
  return { text: doneText(read.act.act, done.length, skipped.length) };
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

/** The exceptions worklist. */
export default function Exceptions({ loaderData: list }: Route.ComponentProps) {
  const { search } = useLocation();
  const { zone, now } = useReader();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(NOBODY);
  // Another list is another selection: what is not on the page is not acted on.
  const rows = useMemo(() => list.rows.filter((row) => ticked.has(row.key)), [list.rows, ticked]);
  const selected = useMemo(() => new Set(rows.map((row) => row.key)), [rows]);
  const ids = rows.some((row) => row.ids === null) ? null : packIds(rows.flatMap((row) => unpackIds(row.ids ?? "", MOST) ?? []));
  const facetNames = new Set<string>(list.facets.map((facet) => facet.name));
  const keep = [...new URLSearchParams(search)].filter(([name]) => !facetNames.has(name) && name !== "cursor");
  const filters = list.filters.map((filter) => ({ ...filter, value: /^\d{4}-\d\d-\d\dT/.test(filter.value) ? (formatMoment(filter.value, zone, now) ?? filter.value) : filter.value }));
  const isFirst = !new URLSearchParams(search).has("cursor");
  const oneGroup = new URLSearchParams(search).has("fingerprint");
  const to = useMemo(() => (id: string) => `/exceptions/${id}`, []);
  return (
    <>
      <Tabs label="Views" items={list.tabs} end={list.money.length > 0 ? <span className="hide-m ml-auto self-center pl-4 text-12 whitespace-nowrap"><MoneyList amounts={list.money} /></span> : null} />
      <div className="with-facets">
        <Facets keep={keep} groups={list.facets.map((facet) => ({ name: facet.name, label: facet.label, options: facet.options.map((option) => ({ ...option, icon: facet.name === "kind" ? kindIcon(option.value as "failed") : undefined })), more: facet.more > 0 ? <span className="second">{formatCount(facet.more)} more: search for them</span> : null }))} />
        <div className="stack">
          <div className="listbar">
            <FilterChips filters={filters} clearTo="/exceptions" />
            <span className="text-ink-3" role="status">
              {formatCount(list.count)} {list.count === 1 ? "exception" : "exceptions"}
              {list.grouped && list.lineCount !== list.count ? ` in ${formatCount(list.lineCount)} ${list.lineCount === 1 ? "line" : "lines"}` : ""}
            </span>
            <span className="ml-auto" />
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
              <ButtonLink to={exportTo(search)} icon="download" download>
                Export {formatCount(list.count)}
              </ButtonLink>
            ) : null}
          </div>
          <Panel flush cards>
            <ExceptionsTable
              rows={list.rows}
              total={list.lineCount}
              sort={list.sort}
              search={search}
              to={to}
              selected={selected}
              onSelect={setTicked}
              blank={
                filters.length > 0 ? (
                  <NoHitState title="Nothing fits these filters" actions={<ButtonLink to="/exceptions">Remove all filters</ButtonLink>}>
                    Remove one of them to see more. Closed exceptions show with the status Resolved.
                  </NoHitState>
                ) : (
                  <EmptyState title="Nothing is wrong">Every step was seen in its time, or is not yet due. Checked {formatMoment(now, zone, now)}.</EmptyState>
                )
              }
            />
            {list.rows.length > 0 ? <Pagination text={isFirst ? `1–${formatCount(list.rows.length)} of ${formatCount(list.lineCount)}` : `${formatCount(list.rows.length)} of ${formatCount(list.lineCount)}`} firstTo={isFirst ? null : withParameter(search, "cursor", null)} nextTo={list.nextCursor ? `${withParameter(search, "cursor", null)}${withParameter(search, "cursor", null).includes("?") ? "&" : "?"}cursor=${list.nextCursor}` : null} /> : null}
          </Panel>
        </div>
      </div>
      <BulkActs lines={rows.length} ids={ids} count={rows.reduce((sum, row) => sum + row.count, 0)} may={list.may} choices={list.choices} onClear={() => setTicked(NOBODY)} />
    </>
  );
}

/** The file of exactly this list, over all its pages. */
function exportTo(search: string): string {
  const asked = new URLSearchParams(search);
  for (const name of ["cursor", "lines", "limit"]) asked.delete(name);
  return `/api/v1/exports/exceptions${asked.size > 0 ? `?${asked}` : ""}`;
}
