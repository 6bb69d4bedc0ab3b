import { data, Link, useLocation } from "react-router";
import { CursorError } from "#queries/postgres/replays.ts";
import { listPeople } from "#queries/postgres/people.ts";
import { scopeFor } from "../auth/principal.ts";
import { Age } from "../components/Age.tsx";
import { Person } from "../components/Avatar.tsx";
import { ButtonLink } from "../components/Button.tsx";
import { EmptyState, NoHitState } from "../components/EmptyState.tsx";
import { formatCount } from "../components/format/money.ts";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { REPLAY_STATE_WORDS } from "../components/replays/states.ts";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { StatusAspect } from "../components/StatusAspect.tsx";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Tabs } from "../components/Tabs.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { readReplays, REPLAY_VIEWS, type ReplayRow } from "../replay/pages.ts";
import { requirePrincipal, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/replays";

export const handle = pageHandle({ title: "Replays", live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Replays · Signalbox" }];
}

/** A page of replays in one view. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const search = url.searchParams;
  const view = REPLAY_VIEWS.find((each) => each.key === (search.get("view") ?? "all"));
  if (!view) throw data("view: not one of the views.", { status: 400 });
  const { stores } = context.get(servicesContext);
  const names = new Map((await listPeople(stores.postgres)).map((person) => [person.id, person.name] as const));
  const asOf = new Date().toISOString();
  try {
    const page = await readReplays(stores, scopeFor(requirePrincipal(context), "read"), view.states, search.get("cursor") ?? undefined, names);
    return { asOf, view: view.key, views: REPLAY_VIEWS.map(({ key, label }) => ({ key, label })), ...page };
  } catch (error) {
    if (error instanceof CursorError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** The list could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The list of replays" />;
}

const COLUMNS: Column<ReplayRow>[] = [
  {
    id: "reason",
    header: "Replay",
    card: "title",
    cell: (row) => (
      <>
        <div className="t tr">
          <Link to={`/replays/${row.id}`} className="hover:underline" data-tip={row.reason}>
            {row.reason}
          </Link>
        </div>
        <div className="second tr">
          {formatCount(row.total - row.leftOut)} to send{row.leftOut > 0 ? `, ${formatCount(row.leftOut)} left out` : ""}
        </div>
      </>
    ),
  },
  { id: "state", header: "State", width: "230px", card: "foot", cell: (row) => <StatusAspect aspect={REPLAY_STATE_WORDS[row.state].aspect}>{REPLAY_STATE_WORDS[row.state].label}</StatusAspect> },
  { id: "items", header: "Items", width: "250px", wideOnly: true, card: "hidden", cell: (row) => <span className="second">{row.byState.map(({ state, count }) => `${formatCount(count)} ${REPLAY_STATE_WORDS[state].label.toLowerCase()}`).join(", ")}</span> },
  { id: "by", header: "Asked by", width: "150px", card: "foot-end", cell: (row) => <Person name={row.requestedBy} /> },
  { id: "approved", header: "Approved by", width: "150px", wideOnly: true, card: "hidden", cell: (row) => (row.approvedBy ? <Person name={row.approvedBy} /> : <NotApplicable />) },
  { id: "age", header: "Age", numeric: true, width: "100px", card: "end", cell: (row) => <Age since={row.requestedAt} /> },
];

/** What was sent to be done again, and what came of it. */
export default function Replays({ loaderData }: Route.ComponentProps) {
  const { view, views, rows, nextCursor } = loaderData;
  const paged = new URLSearchParams(useLocation().search).has("cursor");
  const here = view === "all" ? "/replays" : `/replays?view=${view}`;
  return (
    <>
      <Tabs label="Views" items={views.map(({ key, label }) => ({ label, to: key === "all" ? "/replays" : `/replays?view=${key}`, current: key === view }))} />
      <Panel flush cards>
        <DataTable
          caption="Replays"
          columns={COLUMNS}
          rows={rows}
          rowId={(row) => row.id}
          rowTo={(row) => `/replays/${row.id}`}
          twoLine
          cards
          keys
          blank={
            view === "all" ? (
              <EmptyState title="Nothing was replayed yet" actions={<ButtonLink to="/exceptions?kind=failed">To the failed exceptions</ButtonLink>}>
                Select failed exceptions and preview a replay: nothing is sent before you have seen what would be posted.
              </EmptyState>
            ) : (
              <NoHitState title="No replay is in this state" actions={<ButtonLink to="/replays">All replays</ButtonLink>} />
            )
          }
        />
        {rows.length > 0 && (nextCursor || paged) ? <Pagination text={`${formatCount(rows.length)} replays`} firstTo={paged ? here : null} nextTo={nextCursor ? `${here}${here.includes("?") ? "&" : "?"}cursor=${nextCursor}` : null} /> : null}
      </Panel>
    </>
  );
}
