import { data, Link, redirect, type ShouldRevalidateFunctionArgs } from "react-router";
import { findException } from "#queries/postgres/exceptions.ts";
import { linksOf } from "#queries/postgres/links.ts";
import { markMentionsSeen } from "#queries/postgres/mentions.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { markRead } from "#queries/postgres/reading.ts";
import { objectSubject, watchedOf } from "#queries/postgres/watches.ts";
import { can, scopeFor } from "../auth/principal.ts";
import { PastCases } from "../components/assistance/PastCases.tsx";
import { Person } from "../components/Avatar.tsx";
import { Chip } from "../components/Chip.tsx";
import { CopyId } from "../components/CopyId.tsx";
import { ExceptionActs } from "../components/exceptions/ExceptionActs.tsx";
import { ExceptionHistory } from "../components/exceptions/ExceptionHistory.tsx";
import { SimilarPanel, TechnicalDetail } from "../components/exceptions/ExceptionPanels.tsx";
import { SystemsTable } from "../components/exceptions/SystemsTable.tsx";
import { UndoOwnAct } from "../components/exceptions/UndoOwnAct.tsx";
import { formatCount } from "../components/format/money.ts";
import { groupPath } from "../components/groups/words.ts";
import { Icon } from "../components/Icon.tsx";
import { KeyValue } from "../components/KeyValue.tsx";
import { KindMark } from "../components/KindMark.tsx";
import { Money } from "../components/Money.tsx";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { Severity } from "../components/Severity.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { SlaClock } from "../components/SlaClock.tsx";
import { StatusAspect } from "../components/StatusAspect.tsx";
import { Time } from "../components/Time.tsx";
import { LinksPanel } from "../components/worklists/LinksPanel.tsx";
import { WatchButtons } from "../components/worklists/WatchButtons.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { ActError, actOnException, undoableOf, undoOnException } from "../exceptions/acts.ts";
import { actChoices } from "../exceptions/act-choices.ts";
import { NEEDED, readActForm } from "../exceptions/act-form.ts";
import { STATUS_LABELS } from "../exceptions/labels.ts";
import { ALLOWED, type ActName } from "../exceptions/lifecycle.ts";
import { readExceptionPage } from "../exceptions/page.ts";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import { linkExceptions, LinkError, linkInput, unlinkExceptions } from "../worklists/links.ts";
import { maySee } from "../worklists/mentions.ts";
import type { Route } from "./+types/exception";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Exception", titleOf: (page) => `EX-${page.exception.id}`, parent: { label: "Exceptions", to: "/exceptions" }, live: "follow" });

/** Title of the page. */
export function meta({ loaderData }: Route.MetaArgs) {
  return [{ title: `${loaderData ? `EX-${loaderData.exception.id}` : "Exception"} · Signalbox` }];
}

/** Everything about one exception, and what the person may do with it. */
export async function loader({ context, params, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const people = await listPeople(stores.postgres);
  // owners are kept by e-mail address, whom something is assigned to by id
  const names = new Map(people.flatMap((person) => [[person.id, person.name] as const, [person.email, person.name] as const]));
  const scope = scopeFor(principal, "read");
  const page = await readExceptionPage(stores, catalogue.current(), params.id.replace(/^EX-/i, ""), scope, names);
  if (!page) throw data(null, { status: 404 });
  const { exception } = page;
  const subject = exception.object ? objectSubject(exception.object) : null;
  const [links, undoable, watchesIt, watchesObject] = await Promise.all([
    linksOf(stores.postgres, Number(exception.id), scope),
    can(principal, "assign") ? undoableOf(stores, principal, exception) : null,
    watchedOf(stores.postgres, principal.id, "exception", [exception.id]),
    watchedOf(stores.postgres, principal.id, "object", subject === null ? [] : [subject]),
    markRead(stores.postgres, principal.id, Number(exception.id)),
    markMentionsSeen(stores.postgres, principal.id, [Number(exception.id)]),
  ]);
  const order: readonly ActName[] = ["assign", "acknowledge", "resolve", "ignore", "wait", "comment", "reopen"];
  return {
    ...page,
    undoable,
    acts: order.filter((act) => can(principal, NEEDED[act]) && ALLOWED[act].includes(page.exception.status)),
    replayBlocked: can(principal, "request_replay") ? page.replay.why : "Your role may not ask for replays",
    choices: actChoices(principal.id, people.filter((person) => maySee(person, exception))),
    links: links.map((link) => ({ ...link, statusName: link.other ? (STATUS_LABELS[link.other.status as keyof typeof STATUS_LABELS] ?? link.other.status) : "" })),
    mayLink: can(principal, "assign"),
    acting: url.searchParams.has("act"),
    linking: url.searchParams.has("link") && can(principal, "assign"),
    watch: { exception: watchesIt.size > 0, object: subject === null ? null : { subject, watching: watchesObject.size > 0 } },
  };
}

/** One act on the version that the person saw. */
export async function action({ context, params, request }: Route.ActionArgs) {
  const form = await request.formData();
  if (form.get("act") === "link" || form.get("act") === "unlink") return linkAct(context, params.id.replace(/^EX-/i, ""), form);
  const read = form.get("act") === "undo" ? null : readActForm(form, new Date(), requirePrincipal(context).timeZone);
  if (read && "problem" in read) return data({ problem: read.problem }, { status: 400 });
  const given = Number(form.get("version"));
  const version = Number.isInteger(given) && given > 0 ? given : null;
  const id = params.id.replace(/^EX-/i, "");
  const { stores } = context.get(servicesContext);
  const acting = { actor: actorOf(context), scope: requireScope(context, read?.needs ?? "assign") };
  try {
    if (read) await actOnException(stores, acting, id, read.act, version);
    else await undoOnException(stores, acting, id, version);
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    if (error.code === "not_found") throw data(null, { status: 404 });
    const problem = !read ? "It can no longer be taken back: it has changed since, or the time for it is over." : error.code === "version_conflict" ? "It has changed since you opened it. What is new stands on the page now; look at it, then do this again." : "Its state no longer allows this. The page shows how it stands now.";
    const current = await findException(stores.postgres, Number(id), requireScope(context, "read"));
    return data({ problem, version: current?.version }, { status: 409 });
  }
  return redirect(`/exceptions/${id}`);
}

async function linkAct(context: Route.ActionArgs["context"], id: string, form: FormData) {
  const { stores } = context.get(servicesContext);
  const acting = { actor: actorOf(context), scope: requireScope(context, "assign") };
  try {
    if (form.get("act") === "unlink") await unlinkExceptions(stores, acting, id, String(form.get("link") ?? ""));
    else {
      const read = linkInput.safeParse({ relation: form.get("relation"), to: form.get("to") });
      if (!read.success) return data({ problem: "Give the number of the other exception, such as EX-1234." }, { status: 400 });
      await linkExceptions(stores, acting, id, read.data);
    }
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return data({ problem: error.message }, { status: error.code === "not_found" ? 404 : 409 });
  }
  return redirect(`/exceptions/${id}`);
}

/** After a conflict the page shows what is new. */
export function shouldRevalidate({ actionStatus, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return actionStatus === 409 || defaultShouldRevalidate;
}

/** The exception could not be shown. */
export function ErrorBoundary() {
  return <PageError what="This exception" back={{ label: "To the exceptions", to: "/exceptions" }} />;
}

/** One exception: what is wrong, who disagrees, how long there is, what helped last time. */
export default function Exception({ loaderData: page, actionData }: Route.ComponentProps) {
  const { exception, names, clock, group } = page;
  const { object } = exception;
  const closed = exception.status === "resolved";
  const storyTo = object ? `/objects/${encodeURIComponent(object.type)}/${encodeURIComponent(object.id)}?namespace=${encodeURIComponent(object.namespace)}` : null;
  const traceId = exception.correlationIds.at(-1);
  const resolutions: Record<string, string> = Object.fromEntries(page.choices.resolutions.map(({ value, label }) => [value, label]));
  return (
    <>
      <div className="thing-head">
        <div>
          <div className="rowx flex-wrap gap-x-3 gap-y-1 text-12">
            <Severity level={exception.severity} text />
            <KindMark kind={exception.kind} />
            <Chip tone="outline">{STATUS_LABELS[exception.status]}</Chip>
            <span className="text-ink-3">
              {exception.occurrences > 1 ? `seen ${formatCount(exception.occurrences)} times, ` : ""}since <Time at={exception.firstSeen} />
              {exception.lastSeen === exception.firstSeen ? null : (
                <>
                  , last <Time at={exception.lastSeen} />
                </>
              )}
            </span>
          </div>
          <h2 className="thing-title">{exception.title}</h2>
          {group.open > 1 ? (
            <Link className="link" to={groupPath(exception.fingerprint)}>
              {closed ? `${formatCount(group.open)} others of its group are not closed` : `One of ${formatCount(group.open)}: the group`}
            </Link>
          ) : null}
        </div>
        <ExceptionActs id={exception.id} version={exception.version} assignee={exception.assignee} acts={page.acts} choices={page.choices} replayBlocked={page.replayBlocked} />
      </div>
      {page.undoable ? <UndoOwnAct key={page.undoable.id} undoable={page.undoable} version={exception.version} /> : null}
      {page.acts.length > 0 && actionData?.problem && !page.linking && !page.acting ? <Note tone="caution" alert>{actionData.problem}</Note> : null}
      <div className="with-rail">
        <div className="stack">
          {page.closed ? (
            <Note tone={exception.resolution?.by === "person" ? "plain" : "clear"} icon={exception.resolution?.by === "person" ? "check" : "clear"}>
              <b>{page.closed.by}.</b> {page.closed.how}
              {page.closed.note ? `: “${page.closed.note}”` : ""}
            </Note>
          ) : null}
          <Panel title="What is wrong">
            <p className="lead">{exception.explanation}</p>
            {exception.severityReasons.length > 0 ? <p className="second mt-2">{exception.severityReasons.join(" ")}</p> : null}
            {page.runbook ? (
              <details className="mt-3">
                <summary className="link">
                  <span className="rowx inline-flex gap-1.5">
                    <Icon name="book" />
                    Runbook: {page.runbook.title}
                  </span>
                </summary>
                <ol className="mt-2 grid list-decimal gap-1 pl-9">
                  {page.runbook.steps.map((step) => (
                    <li key={step}>{step}</li>
                  ))}
                </ol>
              </details>
            ) : null}
            <TechnicalDetail exception={exception} events={page.technical} />
          </Panel>
          {object && storyTo ? (
            <Panel title="What each system says" sub={object.id} end={page.disagree && !closed ? <Chip tone="stop" icon="unequal">Systems disagree</Chip> : <Link className="link" to={storyTo}>The whole story</Link>} lined flush>
              <SystemsTable says={page.says} storyTo={storyTo} missing={page.silent ? { step: names.step ?? exception.step ?? "the next step", system: page.silent, dueAt: exception.dueAt } : null} />
            </Panel>
          ) : null}
          <SimilarPanel group={group} fingerprint={exception.fingerprint} />
        </div>
        <div className="stack">
          <Panel title="Clock" end={closed ? <StatusAspect aspect="clear">Closed</StatusAspect> : null}>
            <SlaClock startedAt={clock.startedAt} dueAt={exception.dueAt} paused={clock.waits ? `waits for ${clock.waits.party}` : null} until={clock.until} big />
            {exception.dueAt ? (
              <p className="second mt-1">
                Due <Time at={exception.dueAt} />
                {clock.waits ? (
                  <>
                    . Waits until <Time at={clock.waits.until} />
                  </>
                ) : null}
              </p>
            ) : null}
            {clock.words ? <p className="second mt-1">{clock.words}</p> : null}
          </Panel>
          <Panel>
            <KeyValue
              facts={[
                { label: "Money", value: <Money amount={exception.amount} /> },
                ...(object && storyTo ? [{ label: names.object ? names.object[0]?.toUpperCase() + names.object.slice(1) : "Object", value: <Link className="link" to={storyTo}>{object.id}</Link> }] : []),
                { label: "Facility", value: exception.facility ? <Link className="hover:underline" to={`/exceptions?facility=${encodeURIComponent(exception.facility)}`}>{names.facility}</Link> : <NotApplicable /> },
                { label: "Integration", value: exception.integration ? <Link className="link" to={`/integrations/${encodeURIComponent(exception.integration)}`}>{names.integration}</Link> : <NotApplicable /> },
                { label: "Step", value: names.step ? `${names.step}${names.process ? `, ${names.process}` : ""}` : <NotApplicable /> },
                ...(exception.counterparty ? [{ label: "With", value: exception.counterparty.name ?? exception.counterparty.id }] : []),
                { label: "Owner", value: names.owner ? <Link className="hover:underline" to={`/exceptions?owner=${encodeURIComponent(exception.owner ?? "")}`} data-tip={page.routedBy ? `Routed ${page.routedBy}` : undefined}>{names.owner}</Link> : <NotApplicable /> },
                { label: "Assigned to", value: <Person name={names.assignee} /> },
                ...(page.owners ? [{ label: "Business", value: page.owners.business }, { label: "Technical", value: page.owners.technical }] : []),
                ...(page.owners?.support ? [{ label: "Support", value: page.owners.support }] : []),
                { label: "Replay posts", value: page.replay.posts === "Nothing" ? "Nothing" : <StatusAspect aspect="caution">{page.replay.posts}</StatusAspect> },
                ...(traceId ? [{ label: "Trace", value: <Link className="link" to={`/traces/${encodeURIComponent(traceId)}`}>{traceId}</Link> }] : []),
                { label: "Id", value: <CopyId id={`EX-${exception.id}`} /> },
              ]}
            />
          </Panel>
          <PastCases parts={page.past} />
          <LinksPanel links={page.links} mayLink={page.mayLink} adding={page.linking} id={exception.id} problem={page.linking ? (actionData?.problem ?? null) : null} />
          <WatchButtons id={exception.id} watch={page.watch} objectName={object?.id ?? null} />
          <Panel title="History" end={page.acts.includes("comment") ? <Link className="link" to={`/exceptions/${exception.id}?act=comment`} preventScrollReset>Add comment</Link> : null}>
            <ExceptionHistory history={page.history} resolutions={resolutions} />
          </Panel>
        </div>
      </div>
    </>
  );
}
