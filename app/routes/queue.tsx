import { useMemo, useState } from "react";
import { data, Form, Link, redirect } from "react-router";
import { listPeople } from "#queries/postgres/people.ts";
import { can, scopeFor } from "../auth/principal.ts";
import { ROLE_NAMES, ROLES } from "../auth/roles.ts";
import { Button, ButtonLink } from "../components/Button.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { BulkActs } from "../components/exceptions/BulkActs.tsx";
import { formatCount } from "../components/format/money.ts";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Tabs } from "../components/Tabs.tsx";
import { NoteForm, NotesPinned } from "../components/worklists/Notes.tsx";
import { GROUP_TITLES, QueueTable } from "../components/worklists/QueueTable.tsx";
import { actChoices } from "../exceptions/act-choices.ts";
import { dayIn } from "../exceptions/local-time.ts";
import { packIds } from "../exceptions/selected-ids.ts";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import { facilitiesIn } from "../server/frame.ts";
import { endNote, noteContent, NoteError, readNotes, writeNote } from "../worklists/handover.ts";
import { QUEUE_GROUPS, readQueue } from "../worklists/queue.ts";
import { queueLines } from "../worklists/queue-view.ts";
import { offeredViews } from "../worklists/views.ts";
import type { Route } from "./+types/queue";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "My queue", live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "My queue · Signalbox" }];
}

/** What waits for this person today. `?show=` one group, `?note` the form of a hand-over note. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const current = catalogue.current();
  const scope = scopeFor(principal, "read");
  const now = new Date();
  const only = QUEUE_GROUPS.find((group) => group === url.searchParams.get("show")) ?? null;
  const people = await listPeople(stores.postgres);
  const names = new Map(people.map((person) => [person.id, person.name] as const));
  const reader = { id: principal.id, role: principal.role, timeZone: principal.timeZone };
  const [queue, notes] = await Promise.all([readQueue(stores, current, principal, now, only), readNotes(stores, current, reader, scope, names, now)]);
  const writing = url.searchParams.has("note") && can(principal, "assign");
  return {
    asOf: queue.asOf,
    forMe: queue.forMe,
    counts: queue.counts,
    more: queue.more,
    lines: queueLines(queue, current, names),
    notes,
    only,
    choices: actChoices(principal.id, people),
    may: { assign: can(principal, "assign"), resolve: can(principal, "resolve"), replay: can(principal, "request_replay"), export: can(principal, "export") },
    writing: writing
      ? {
          roles: ROLES.map((role) => ({ value: role as string, label: ROLE_NAMES[role] })),
          facilities: facilitiesIn(scope, [...current.facilities.values()]).map(({ id, name }) => ({ value: id, label: name })),
          views: (await offeredViews(stores, current, reader)).filter((view) => view.audience !== "private").map((view) => ({ value: view.id, label: view.name })),
          anyFacility: scope === "all",
          today: dayIn(principal.timeZone, now),
        }
      : null,
  };
}

/** `note` hands over, `done` takes a note down. */
export async function action({ context, request }: Route.ActionArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const form = await request.formData();
  const scope = requireScope(context, "assign");
  const text = (name: string) => String(form.get(name) ?? "");
  try {
    if (text("intent") === "done") await endNote(stores, actorOf(context), { id: principal.id, role: principal.role }, scope, text("id"));
    else {
      const read = noteContent.safeParse({ text: text("text"), role: text("role") || null, facility: text("facility") || null, view: text("view") || null, lastDay: text("lastDay") });
      if (!read.success) return data({ problem: "Write what the next shift has to know, and until which day it is pinned." }, { status: 400 });
      await writeNote(stores, catalogue.current(), actorOf(context), read.data, scope, principal.timeZone, new Date());
    }
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return data({ problem: error.message }, { status: error.code === "not_found" ? 404 : 400 });
  }
  return redirect("/queue");
}

/** The queue could not be shown. */
export function ErrorBoundary() {
  return <PageError what="Your queue" />;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Where a person starts the morning. */
export default function Queue({ loaderData: page, actionData }: Route.ComponentProps) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(NOBODY);
  const [currentKey, setCurrent] = useState<string | null>(null);
  // Only exceptions can be acted on here; a replay is decided on its own page.
  const chosen = useMemo(() => page.lines.filter((line) => line.id !== null && ticked.has(line.key)), [page.lines, ticked]);
  const current = page.lines.find((line) => line.key === currentKey) ?? null;
  const problem = actionData && "problem" in actionData ? actionData.problem : null;
  const seeable = page.counts.mentions + page.counts.watched > 0;
  return (
    <>
      <Tabs
        label="Groups of the queue"
        items={[
          { label: "Everything", to: "/queue", current: page.only === null },
          ...QUEUE_GROUPS.filter((group) => page.counts[group] > 0 || group === page.only || group === "mine").map((group) => ({ label: SHORT[group], to: `/queue?show=${group}`, count: page.counts[group], current: page.only === group })),
        ]}
      />
      <NotesPinned notes={page.notes} />
      {page.writing ? (
        <Panel title="Hand over to the next shift" end={<Link className="link" to="/queue">Cancel</Link>} lined>
          <NoteForm {...page.writing} problem={problem} />
        </Panel>
      ) : null}
      <div className="listbar">
        <span className="text-ink-3" role="status">
          {page.forMe === 0 ? "Nothing waits for you in particular" : `${formatCount(page.forMe)} ${page.forMe === 1 ? "waits" : "wait"} for you`}
        </span>
        <span className="ml-auto" />
        {seeable ? (
          <Form method="post" action="/queue/seen">
            <input type="hidden" name="what" value="news" />
            <input type="hidden" name="back" value="/queue" />
            <Button type="submit" icon="eye">
              Mark mentions and changes as seen
            </Button>
          </Form>
        ) : null}
        {page.may.assign && !page.writing ? (
          <ButtonLink to="/queue?note" icon="chat">
            Hand over …
          </ButtonLink>
        ) : null}
        <ButtonLink to="/queue/watching" icon="eye">
          What I watch
        </ButtonLink>
      </div>
      <Panel flush cards>
        <QueueTable
          lines={page.lines}
          selected={ticked}
          onSelect={setTicked}
          onCurrent={setCurrent}
          blank={
            <EmptyState
              title={page.only === null ? "Nothing waits for you" : `Nothing here: ${GROUP_TITLES[page.only].toLowerCase()}`}
              actions={
                <>
                  <ButtonLink to="/exceptions?assignee=" variant="primary">
                    Take something that is unassigned
                  </ButtonLink>
                  {page.only === null ? null : <ButtonLink to="/queue">The whole queue</ButtonLink>}
                </>
              }
            >
              Nothing is assigned to you, nobody mentioned you, no wait has ended, and nothing that you watch has changed. Take what nobody answers for, or watch a view to hear of what comes.
            </EmptyState>
          }
        />
        {QUEUE_GROUPS.flatMap((group) => {
          const more = page.more[group];
          return more ? [
            <p key={group} className="px-3.5 py-2">
              <Link className="link" to={more}>
                All {formatCount(page.counts[group])}: {GROUP_TITLES[group].toLowerCase()}
              </Link>
            </p>,
          ] : [];
        })}
      </Panel>
      <BulkActs
        lines={chosen.length}
        ids={packIds(chosen.flatMap((line) => line.id ?? []))}
        count={chosen.length}
        seenAt={page.asOf}
        all={null}
        current={current?.id ? { ids: current.id, count: 1 } : null}
        may={page.may}
        choices={page.choices}
        onClear={() => setTicked(NOBODY)}
      />
    </>
  );
}

const SHORT = { approvals: "To approve", mentions: "Mentioned", waits: "Wait over", mine: "Assigned to me", risk: "At risk", watched: "Watching" } as const;
