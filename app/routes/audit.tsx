import { data, Form, Link, useLocation } from "react-router";
import { FilterError, paging, parseFilter } from "#queries/model/filter.ts";
import { auditFilter, type AuditView, listAudit } from "#queries/postgres/audit.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { Button } from "../components/Button.tsx";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { Select, TextField } from "../components/fields/Field.tsx";
import { FilterChips } from "../components/FilterChips.tsx";
import { Note } from "../components/Note.tsx";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Time } from "../components/Time.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { actionWord, actorWords, changeWords, ACTION_WORDS } from "../audit/words.ts";
import { facilityName } from "../exceptions/labels.ts";
import { activeFilters } from "../lists/facets.ts";
import { withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/audit";

export const handle = pageHandle({ title: "Audit and trails" });

/** Title of the page. */
export function meta() {
  return [{ title: "Audit · Signalbox" }];
}

const LABELS = { actor: "Who", action: "Act", subjectKind: "On", subjectId: "Number", from: "From", to: "Until" } as const;

/** A page of the record of acts, newest first. Read only: nobody changes it here or anywhere. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "see_audit");
  const current = catalogue.current();
  const search = withoutBlanks(url.searchParams);
  try {
    const { cursor, limit, ...filter } = parseFilter(auditFilter.extend(paging.shape), search);
    const [page, people] = await Promise.all([listAudit(stores.postgres, filter, { cursor, limit }, scope), listPeople(stores.postgres)]);
    const names = new Map(people.map((person) => [person.id, person.name] as const));
    return {
      asOf: new Date().toISOString(), first: cursor === undefined, nextCursor: page.nextCursor, search: search.toString(),
      chosen: { actor: filter.actor[0] ?? "", action: filter.action[0] ?? "", subjectId: filter.subjectId[0] ?? "" },
      people: people.map(({ id, name }) => ({ value: id, label: name })),
      filters: activeFilters(search, LABELS, (name, value) => (name === "actor" ? (names.get(value) ?? value) : name === "action" ? actionWord(value) : value)),
      items: page.items.map((record) => toRow(record, names, record.facility === null ? null : facilityName(current, record.facility))),
    };
  } catch (error) {
    if (error instanceof FilterError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** A form sends its empty fields too; they mean nothing. */
function withoutBlanks(search: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...search].filter(([, value]) => value !== ""));
}

function toRow(record: AuditView, names: ReadonlyMap<string, string>, facility: string | null) {
  const { subject } = record;
  return {
    key: String(record.sequence), sequence: record.sequence, at: record.at, who: actorWords(record.actor, names), kind: record.actor.kind, origin: record.origin, action: actionWord(record.action), code: record.action,
    subject: subject.kind === "exception" ? `EX-${subject.id}` : `${subject.kind.replaceAll("_", " ")} ${subject.kind === "person" ? (names.get(subject.id) ?? subject.id) : subject.id}`, to: subject.kind === "exception" ? `/exceptions/${encodeURIComponent(subject.id)}` : subject.kind === "replay" ? `/replays/${encodeURIComponent(subject.id)}` : subject.kind === "group" ? `/groups/${encodeURIComponent(subject.id)}` : subject.kind === "severity_rule" ? `/rules/severity/${encodeURIComponent(subject.id)}` : subject.kind === "ownership_rule" ? `/rules/ownership/${encodeURIComponent(subject.id)}` : null,
    change: changeWords(record.before, record.after, names), reason: record.reason, facility,
  };
}

/** The record could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The record of acts" />;
}

type Row = ReturnType<typeof toRow>;
const KINDS: Record<string, string> = { person: "person", key: "service key", schedule: "by itself" };
const COLUMNS: readonly Column<Row>[] = [
  { id: "sequence", header: "No.", numeric: true, width: "64px", card: "hidden", cell: (row) => <span className="text-ink-3">{row.sequence}</span> },
  { id: "at", header: "When", width: "124px", cell: (row) => <Time at={row.at} /> },
  {
    id: "who",
    header: "Who",
    width: "15%",
    cell: (row) => (
      <span className="block min-w-0">
        <span className="tr block" data-tip={row.who}>{row.who}</span>
        <span className="second tr block">{KINDS[row.kind] ?? row.kind}{row.origin ? `, ${row.origin}` : ""}</span>
      </span>
    ),
  },
  {
    id: "act",
    header: "Did",
    width: "16%",
    cell: (row) => (
      <span className="block min-w-0">
        <span className="tr block">{row.action}</span>
        <span className="second tr block">{row.code}</span>
      </span>
    ),
  },
  { id: "subject", header: "On", width: "14%", card: "foot", cell: (row) => (row.to ? <Link className="link tr block" to={row.to} data-tip={row.subject}>{row.subject}</Link> : <span className="tr block" data-tip={row.subject}>{row.subject}</span>) },
  {
    id: "change",
    header: "What changed, why",
    card: "title",
    cell: (row) => (
      <span className="block min-w-0">
        {row.change === "" ? <NotApplicable /> : <span className="tr block" data-tip={row.change}>{row.change}</span>}
        {row.reason ? <span className="second tr block" data-tip={row.reason}>“{row.reason}”</span> : null}
      </span>
    ),
  },
  { id: "facility", header: "Facility", width: "13%", wideOnly: true, card: "foot-end", cell: (row) => (row.facility === null ? <NotApplicable /> : <span className="tr block" data-tip={row.facility}>{row.facility}</span>) },
];

/** Who did what, in order. */
export default function Audit({ loaderData: list }: Route.ComponentProps) {
  const { search } = useLocation();
  return (
    <>
      <Note icon="lock">Read only. Every act of a person, a key or a schedule is written in the same transaction as the act itself.</Note>
      <Form method="get" className="flex flex-wrap items-end gap-3" aria-label="Filters">
        <Select key={`actor ${list.chosen.actor}`} label="Who" name="actor" placeholder="Everybody" options={list.people} defaultValue={list.chosen.actor} />
        <Select key={`action ${list.chosen.action}`} label="Act" name="action" placeholder="Every act" options={Object.entries(ACTION_WORDS).map(([value, label]) => ({ value, label }))} defaultValue={list.chosen.action} />
        <TextField key={`subject ${list.chosen.subjectId}`} label="Number of what it was done to" name="subjectId" defaultValue={list.chosen.subjectId} maxLength={1024} />
        <Button type="submit">Apply</Button>
      </Form>
      {list.filters.length > 0 ? (
        <div className="listbar">
          <FilterChips filters={list.filters} clearTo="/audit" />
        </div>
      ) : null}
      <Panel flush cards>
        <DataTable
          caption="Acts, newest first"
          columns={COLUMNS}
          rows={list.items}
          rowId={(row) => row.key}
          rowTo={(row) => row.to}
          total={-1}
          twoLine
          cards
          keys
          blank={list.search === "" ? <EmptyState title="Nobody has done anything yet">Sign-ins, decisions, replays and exports appear here.</EmptyState> : <NoHitState title="No act fits these filters">Take one of them away.</NoHitState>}
        />
        <Pagination text={`${list.items.length} shown, newest first`} firstTo={list.first ? null : withParameters(search, {})} nextTo={list.nextCursor === null ? null : withParameters(list.search, { cursor: list.nextCursor })} />
      </Panel>
    </>
  );
}
