import { useEffect } from "react";
import { data, Link, type ShouldRevalidateFunctionArgs, useRevalidator } from "react-router";
import { CursorError } from "#queries/postgres/replays.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { can, scopeFor } from "../auth/principal.ts";
import { CopyId } from "../components/CopyId.tsx";
import { formatCount } from "../components/format/money.ts";
import { FactStrip, KeyValue } from "../components/KeyValue.tsx";
import { Money, MoneyList } from "../components/Money.tsx";
import { Note } from "../components/Note.tsx";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { ApprovalPanel, CancelPanel } from "../components/replays/Decision.tsx";
import { REPLAY_STATE_WORDS } from "../components/replays/states.ts";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { StatusAspect } from "../components/StatusAspect.tsx";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Time } from "../components/Time.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { refusalOf, replayActorOf, replayContextOf } from "../replay/page-actor.ts";
import { isMoving, readReplayPage, type ReplayPageItem } from "../replay/pages.ts";
import { approveReplay, cancelReplay, rejectReplay } from "../replay/requests.ts";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/replay";

export const handle = pageHandle({ title: "Replay", parent: { label: "Replays", to: "/replays" }, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Replay · Signalbox" }];
}

/** While something may still happen the page is read again this often, ms. */
const AGAIN_MS = 2000;

/** The replay, its items, and what the person may decide. */
export async function loader({ context, params, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const principal = requirePrincipal(context);
  const names = new Map((await listPeople(stores.postgres)).map((person) => [person.id, person.name] as const));
  const who = {
    id: principal.id,
    read: scopeFor(principal, "read"),
    approve: can(principal, "approve_replay") ? scopeFor(principal, "approve_replay") : null,
    request: can(principal, "request_replay") ? scopeFor(principal, "request_replay") : null,
  };
  const now = new Date();
  try {
    const page = await readReplayPage(stores, catalogue.current(), params.id, url.searchParams.get("cursor") ?? undefined, names, who, now);
    if (!page) throw data(null, { status: 404 });
    return { asOf: now.toISOString(), moving: isMoving(page.replay), ...page };
  } catch (error) {
    if (error instanceof CursorError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** Approve, decline or stop. */
export async function action({ context, params, request }: Route.ActionArgs) {
  const form = await request.formData();
  const reason = String(form.get("reason") ?? "").trim();
  const replays = replayContextOf(context);
  try {
    switch (form.get("intent")) {
      case "approve":
        await approveReplay(replays, replayActorOf(context, "approve_replay"), params.id, { contentHash: String(form.get("contentHash") ?? "") });
        return { problem: null };
      case "reject":
        if (reason.length < 3) return data({ problem: "Say why, in at least three characters." }, { status: 400 });
        await rejectReplay(replays, replayActorOf(context, "approve_replay"), params.id, { reason });
        return { problem: null };
      case "cancel":
        if (reason.length < 3) return data({ problem: "Say why, in at least three characters." }, { status: 400 });
        await cancelReplay(replays, replayActorOf(context, "request_replay"), params.id, { reason });
        return { problem: null };
      default:
        return data({ problem: "This act is not known." }, { status: 400 });
    }
  } catch (error) {
    const { problem, status } = refusalOf(error);
    return data({ problem }, { status });
  }
}

/** After a refusal the page shows how the replay stands now. */
export function shouldRevalidate({ actionStatus, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return actionStatus === 409 || defaultShouldRevalidate;
}

/** The replay could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The replay" back={{ label: "To the replays", to: "/replays" }} />;
}

const COLUMNS: Column<ReplayPageItem>[] = [
  {
    id: "object",
    header: "Item",
    card: "title",
    cell: (item) => (
      <>
        <div className="t tr">
          <Link to={`/exceptions/${item.exceptionId}`} className="hover:underline">
            {item.object?.id ?? `Exception ${item.exceptionId}`}
          </Link>
        </div>
        <div className="second tr" data-tip={item.included ? undefined : item.why}>
          {item.included ? [item.step, item.facility].filter(Boolean).join(" · ") : item.why}
        </div>
      </>
    ),
  },
  {
    id: "state",
    header: "State",
    width: "250px",
    card: "foot",
    cell: (item) =>
      item.included ? (
        <>
          <StatusAspect aspect={REPLAY_STATE_WORDS[item.state].aspect}>{REPLAY_STATE_WORDS[item.state].label}</StatusAspect>
          <div className="second tr" data-tip={item.answer?.message ?? REPLAY_STATE_WORDS[item.state].meaning}>
            {item.answer?.message ?? REPLAY_STATE_WORDS[item.state].meaning}
          </div>
        </>
      ) : (
        <StatusAspect aspect="paused">Left out</StatusAspect>
      ),
  },
  { id: "amount", header: "Money", numeric: true, width: "138px", card: "end", cell: (item) => <Money amount={item.amount} /> },
  { id: "posts", header: "Posts", width: "80px", wideOnly: true, card: "hidden", cell: (item) => (item.postsMoney ? "money" : <NotApplicable />) },
  { id: "sent", header: "Sent", numeric: true, width: "100px", card: "hidden", cell: (item) => (item.dispatchedAt ? <Time at={item.dispatchedAt} as="moment" /> : <NotApplicable />) },
  { id: "answered", header: "Answered", numeric: true, width: "100px", wideOnly: true, card: "hidden", cell: (item) => (item.answeredAt ? <Time at={item.answeredAt} /> : <NotApplicable />) },
  { id: "verified", header: "Verified", numeric: true, width: "100px", card: "foot-end", cell: (item) => (item.verifiedAt ? <Time at={item.verifiedAt} /> : <NotApplicable />) },
];

/** One replay: what was asked, who agreed, and what came of each item. */
export default function Replay({ loaderData, actionData }: Route.ComponentProps) {
  const { replay, items, byState, money, moving, nextCursor } = loaderData;
  const { revalidate, state } = useRevalidator();
  useEffect(() => {
    if (!moving || state !== "idle") return;
    const timer = setTimeout(() => void revalidate(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [moving, state, revalidate]);
  const words = REPLAY_STATE_WORDS[replay.state];
  const sent = replay.items.total - replay.items.leftOut;
  return (
    <>
      <div className="thing-head">
        <div className="min-w-0">
          <div className="rowx gap-2 text-12">
            <StatusAspect aspect={words.aspect} toned>
              {words.label}
            </StatusAspect>
            <span className="text-ink-3">{words.meaning}</span>
          </div>
          <h2 className="thing-title">{replay.reason}</h2>
        </div>
      </div>
      {actionData?.problem ? (
        <Note tone="stop" alert>
          {actionData.problem}
        </Note>
      ) : null}
      <FactStrip
        facts={[
          { label: "To send", value: formatCount(sent) },
          { label: "Left out", value: formatCount(replay.items.leftOut) },
          ...byState.map(({ state: each, count }) => ({ label: REPLAY_STATE_WORDS[each].label, value: <StatusAspect aspect={REPLAY_STATE_WORDS[each].aspect}>{formatCount(count)}</StatusAspect> })),
        ]}
      />
      <div className="with-rail">
        <Panel title="Items" sub="in the order they are sent" lined flush cards>
          <DataTable caption="Items of this replay" columns={COLUMNS} rows={items} rowId={(item) => item.exceptionId} rowTo={(item) => `/exceptions/${item.exceptionId}`} total={replay.items.total} twoLine cards keys />
          {nextCursor ? <Pagination text={`${formatCount(items.length)} of ${formatCount(replay.items.total)}`} firstTo={`/replays/${replay.id}`} nextTo={`/replays/${replay.id}?cursor=${nextCursor}`} /> : null}
        </Panel>
        <div className="stack">
          {replay.state === "awaiting_approval" ? <ApprovalPanel contentHash={replay.contentHash} count={sent} expiresAt={replay.expiresAt} requestedBy={loaderData.requestedBy} blocked={loaderData.canApprove ? null : (loaderData.approveBlocked ?? "The request has expired. Ask for a new replay")} /> : null}
          <Panel title="What was asked">
            <KeyValue
              facts={[
                { label: "Asked by", value: loaderData.requestedBy },
                { label: "Asked at", value: <Time at={replay.requestedAt} /> },
                { label: "Approved by", value: loaderData.approvedBy ?? (replay.needsApproval ? "nobody yet" : "not needed") },
                ...(replay.approvedAt ? [{ label: "Approved at", value: <Time at={replay.approvedAt} /> }] : []),
                { label: nextCursor ? "Money here" : "Money", value: <MoneyList amounts={money} /> },
                { label: "Content", value: <CopyId id={replay.contentHash} hash /> },
                { label: "Replay id", value: <CopyId id={replay.id} hash /> },
              ]}
            />
          </Panel>
          {loaderData.canCancel ? <CancelPanel /> : null}
        </div>
      </div>
    </>
  );
}
