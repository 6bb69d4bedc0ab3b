import { data, Link, redirect, type ShouldRevalidateFunctionArgs, useLocation } from "react-router";
import { EXCEPTION_STATUSES } from "#queries/model/exception.ts";
import { findGroups } from "#queries/postgres/groups.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { can, scopeFor } from "../auth/principal.ts";
import { Age } from "../components/Age.tsx";
import { Person } from "../components/Avatar.tsx";
import { Chip, StackCount } from "../components/Chip.tsx";
import { CopyId } from "../components/CopyId.tsx";
import { formatCount } from "../components/format/money.ts";
import { GroupActs } from "../components/groups/GroupActs.tsx";
import { GroupHistory } from "../components/groups/GroupHistory.tsx";
import { GroupMembers } from "../components/groups/GroupMembers.tsx";
import { CausesPanel, MessagesPanel, PartsPanel, PastPanel, RulesPanel, SimilarGroups } from "../components/groups/GroupPanels.tsx";
import { TrendBars } from "../components/groups/TrendBars.tsx";
import { DIMENSION_WORDS, groupPath } from "../components/groups/words.ts";
import { FactStrip, KeyValue } from "../components/KeyValue.tsx";
import { KindMark } from "../components/KindMark.tsx";
import { MoneyList } from "../components/Money.tsx";
import { Note } from "../components/Note.tsx";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { Severity } from "../components/Severity.tsx";
import { readPreferences } from "../components/shell/preferences.ts";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Segmented } from "../components/Tabs.tsx";
import { Time } from "../components/Time.tsx";
import { NotApplicable, Unknown } from "../components/Unknown.tsx";
import { actChoices } from "../exceptions/act-choices.ts";
import { ActError } from "../exceptions/acts.ts";
import { STATUS_LABELS } from "../exceptions/labels.ts";
import { readGroupForm } from "../groups/act-form.ts";
import { actOnGroup } from "../groups/acts.ts";
import { GROUP_NEEDS, WHOLE_GROUP, type GroupActName } from "../groups/decisions.ts";
import { movedTo, readGroup } from "../groups/page.ts";
import { withParameters } from "../paths.ts";
import { actorOf, requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/group";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Failure group", parent: { label: "Failure groups", to: "/groups" }, live: "follow" });

/** Title of the page. */
export function meta({ loaderData }: Route.MetaArgs) {
  return [{ title: `${loaderData?.group.title ?? "Failure group"} · Signalbox` }];
}

const ORDER: readonly GroupActName[] = ["assign", "mute", "unmute", "cause", "comment", "split", "merge", "undo"];

/** Everything about one group, and what the person may decide about it. */
export async function loader({ context, params, request, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const scope = scopeFor(principal, "read");
  const people = await listPeople(stores.postgres);
  const names = new Map(people.map((person) => [person.id, person.name] as const));
  const asked = url.searchParams;
  const page = await readGroup(
    stores,
    catalogue.current(),
    { fingerprint: params.fingerprint, step: asked.get("trend") === "hour" ? "hour" : "day", status: EXCEPTION_STATUSES.filter((status) => asked.getAll("status").includes(status)), cursor: asked.get("cursor") ?? undefined },
    { scope, zone: readPreferences(request.headers.get("cookie")).zone, names },
  );
  if (!page) {
    const moved = await movedTo(stores, params.fingerprint, scope);
    if (moved) throw redirect(groupPath(moved));
    throw data(null, { status: 404 });
  }
  const allowed = ORDER.filter((act) => can(principal, GROUP_NEEDS[act]) && (!WHOLE_GROUP.has(act) || scopeFor(principal, GROUP_NEEDS[act]) === "all"));
  return {
    ...page,
    acts: allowed.filter((act) => act !== (page.group.mute ? "mute" : "unmute")),
    replayBlocked: can(principal, "request_replay") ? page.replay.why : "Your role may not ask for replays",
    choices: actChoices(principal.id, people),
  };
}

/** One decision on the version that the person saw. */
export async function action({ context, params, request }: Route.ActionArgs) {
  const form = await request.formData();
  const read = readGroupForm(form, new Date());
  if ("problem" in read) return data({ problem: read.problem }, { status: 400 });
  const { act } = read;
  const version = Number(form.get("version") ?? Number.NaN);
  try {
    const { groups } = await actOnGroup(context.get(servicesContext).stores, { actor: actorOf(context), scope: requireScope(context, GROUP_NEEDS[act.act]) }, params.fingerprint, act, Number.isInteger(version) ? version : null);
    // a split may leave nothing behind: then the largest of the new groups is where to go on
    const next = act.act === "merge" ? act.into : act.act === "split" ? await whereNext(context, params.fingerprint, groups) : params.fingerprint;
    return redirect(groupPath(next));
  } catch (error) {
    if (!(error instanceof ActError)) throw error;
    if (error.code === "not_found" && act.act !== "merge" && act.act !== "undo") throw data(null, { status: 404 });
    const problem = error.code === "version_conflict" ? "Somebody decided something about this group since you opened it. The page shows it now; look at it, then do this again." : `${error.message}.`;
    const current = error.code === "version_conflict" ? ((await findGroups(context.get(servicesContext).stores.postgres, [params.fingerprint])).get(params.fingerprint)?.version ?? 0) : undefined;
    return data({ problem, version: current }, { status: error.code === "forbidden" ? 403 : 409 });
  }
}

async function whereNext(context: Route.ActionArgs["context"], fingerprint: string, groups: readonly { fingerprint: string; members: number }[]): Promise<string> {
  const { stores, catalogue } = context.get(servicesContext);
  const left = await readGroup(stores, catalogue.current(), { fingerprint, step: "day", status: [], cursor: undefined }, { scope: requireScope(context, "read"), zone: "UTC", names: new Map() });
  return left ? fingerprint : (groups.toSorted((a, b) => b.members - a.members)[0]?.fingerprint ?? fingerprint);
}

/** After a conflict the page shows what is new. A preview of a replay changes nothing here. */
export function shouldRevalidate({ actionStatus, formAction, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  if (formAction?.startsWith("/replays/new")) return false;
  return actionStatus === 409 || defaultShouldRevalidate;
}

/** The group could not be shown. */
export function ErrorBoundary() {
  return <PageError what="This failure group" back={{ label: "To the failure groups", to: "/groups" }} />;
}

/** One cause: how many failures, since when, where, what may be behind it, what helped before. */
export default function Group({ loaderData: page }: Route.ComponentProps) {
  const { search } = useLocation();
  const { group, names } = page;
  const chosen = new URLSearchParams(search).getAll("status");
  const isFirst = !new URLSearchParams(search).has("cursor");
  const closed = page.statuses.find((each) => each.status === "resolved")?.count ?? 0;
  const open = page.total - closed;
  const shown = chosen.length === 0 ? page.total : page.statuses.filter((each) => chosen.includes(each.status)).reduce((sum, each) => sum + each.count, 0);
  return (
    <>
      <div className="thing-head">
        <div>
          <div className="rowx flex-wrap gap-x-3 gap-y-1 text-12">
            <Severity level={group.severity} text />
            <KindMark kind={group.kind} />
            {open === 0 ? <Chip tone="clear" icon="clear">Closed</Chip> : null}
            <span className="text-ink-3">
              {[names.integration, names.step].filter(Boolean).join(" · ")}
            </span>
          </div>
          <h2 className="thing-title">
            {group.count > 1 ? <StackCount count={group.count} what="failures with one cause:" /> : null} {group.title}
          </h2>
        </div>
        <GroupActs page={page} acts={page.acts} choices={page.choices} replayBlocked={page.replayBlocked} />
      </div>
      {group.mute ? (
        <Note tone="caution" icon="bell">
          <b>Muted</b> {group.mute.until ? <>until <Time at={group.mute.until} /></> : group.mute.count !== null ? `until it has happened ${formatCount(group.mute.count)} more times` : group.mute.rate ? `until it happens ${formatCount(group.mute.rate.count)} times within an hour` : ""}: {group.mute.reason}. Its failures are ignored, those that come later too.
        </Note>
      ) : null}
      {page.origin ? (
        <Note>
          Split by {DIMENSION_WORDS[page.origin.dimension] ?? page.origin.dimension} from <Link className="link" to={groupPath(page.origin.fingerprint)}>a larger group</Link>.
        </Note>
      ) : null}
      <FactStrip
        facts={[
          { label: open > 0 ? "Not closed" : "All closed", value: formatCount(open > 0 ? open : page.total) },
          { label: "Objects", value: formatCount(group.objects) },
          { label: "Money, each amount once", value: group.money.length > 0 ? <span className="text-13"><MoneyList amounts={group.money} /></span> : <Unknown>none known</Unknown> },
          { label: "First seen", value: <Age since={page.everFirstSeen} suffix="ago" tabStop /> },
          { label: "Last seen", value: <Age since={group.lastSeen} suffix="ago" tabStop /> },
          { label: "Closed before", value: formatCount(closed) },
        ]}
      />
      <div className="with-rail">
        <div className="stack">
          <CausesPanel causes={page.causes} suspected={page.suspected} />
          <Panel title="New failures" sub={page.trend.step === "hour" ? "by the hour they first failed" : "by the day they first failed"} end={<Segmented label="Step" items={(["hour", "day"] as const).map((step) => ({ label: step === "hour" ? "Hours" : "Days", to: withParameters(search, { trend: step === "day" ? null : step, act: null }), current: page.trend.step === step }))} />}>
            <TrendBars points={page.trend.points} step={page.trend.step} />
          </Panel>
          <MessagesPanel messages={page.messages} pattern={page.pattern?.includes("…") ? page.pattern : null} />
          <Panel
            title="Failures"
            end={
              <Segmented
                label="Status"
                items={[
                  { label: "All", to: withParameters(search, { status: null, act: null }), current: chosen.length === 0, count: page.total },
                  ...page.statuses.filter((each) => each.count > 0 || chosen.includes(each.status)).map((each) => ({ label: STATUS_LABELS[each.status], to: withParameters(search, { status: each.status, act: null }), current: chosen.includes(each.status), count: each.count })),
                ]}
              />
            }
            flush
            cards
          >
            <GroupMembers members={page.members} total={shown} />
            {page.members.length > 0 ? <Pagination text={isFirst ? `1–${formatCount(page.members.length)} of ${formatCount(shown)}` : `${formatCount(page.members.length)} of ${formatCount(shown)}`} firstTo={isFirst ? null : withParameters(search, {})} nextTo={page.nextCursor ? withParameters(search, { cursor: page.nextCursor }) : null} /> : null}
          </Panel>
          <PastPanel past={page.past} />
        </div>
        <div className="stack">
          <Panel>
            <KeyValue
              facts={[
                { label: "Owner", value: <Person name={names.assignee} /> },
                { label: "Integration", value: group.integration ? <Link className="link" to={`/integrations/${encodeURIComponent(group.integration)}`}>{names.integration}</Link> : <NotApplicable /> },
                { label: "Step", value: names.step ? `${names.step}${names.process ? `, ${names.process}` : ""}` : <NotApplicable /> },
                ...(page.owners ? [{ label: "Technical", value: page.owners.technical }, { label: "Support", value: page.owners.support }] : []),
                { label: "Id", value: <CopyId id={group.fingerprint} /> },
              ]}
            />
          </Panel>
          {page.runbook ? (
            <Panel title="Runbook" sub={page.runbook.title}>
              <ol className="grid list-decimal gap-1 pl-4">
                {page.runbook.steps.map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            </Panel>
          ) : null}
          <PartsPanel parts={page.parts} />
          <SimilarGroups similar={page.similar} />
          <RulesPanel page={page} mayUndo={page.acts.includes("undo")} />
          <Panel title="Decisions" end={page.acts.includes("comment") ? <Link className="link" to={`${groupPath(group.fingerprint)}?act=comment`} preventScrollReset>Add comment</Link> : null}>
            <GroupHistory history={page.history} />
          </Panel>
        </div>
      </div>
    </>
  );
}
