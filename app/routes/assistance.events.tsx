import { data, Link, redirect, useLocation } from "react-router";
import { listEvidence } from "#queries/clickhouse/assistance/evidence.ts";
import { CursorError } from "#queries/model/cursor.ts";
import { FilterError, parseFilter } from "#queries/model/filter.ts";
import { evidenceFilter, stretchProblem } from "../assistance/evidence.ts";
import { Latency } from "../components/Age.tsx";
import { NoHitState } from "../components/EmptyState.tsx";
import { formatCount } from "../components/format/money.ts";
import { Pagination } from "../components/Pagination.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Time } from "../components/Time.tsx";
import { NotApplicable, Unknown } from "../components/Unknown.tsx";
import { facilityName, integrationName, stepName } from "../exceptions/labels.ts";
import { eventPath, objectPath, withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/assistance.events";

export const handle = pageHandle({ title: "Events behind a statement", parent: { label: "What stands out", to: "/assistance" } });

/** Title of the page. */
export function meta() {
  return [{ title: "Events behind a statement · Signalbox" }];
}

/** A page of the events that a statement was computed from. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  // The address alone names no statement: they stand one page above.
  if (!url.searchParams.has("integration")) throw redirect("/assistance");
  const current = catalogue.current();
  try {
    const { cursor, limit, ...asked } = parseFilter(evidenceFilter, url.searchParams);
    const problem = stretchProblem(asked);
    if (problem !== null) throw new FilterError(["from", "to"], problem);
    const found = await listEvidence(stores.clickhouse, { ...asked, from: new Date(asked.from), to: new Date(asked.to) }, { cursor, limit }, scope);
    return {
      asOf: new Date().toISOString(), ...asked, name: integrationName(current, asked.integration) ?? asked.integration, failed: asked.errorClass !== undefined || asked.errorCode !== undefined, first: cursor === undefined,
      count: found.count, meanMs: found.meanMs, nextCursor: found.nextCursor,
      items: found.items.map((item) => ({ ...item, step: stepName(current, item.type) ?? item.type, facilityName: item.facility === "" ? null : facilityName(current, item.facility) })),
    };
  } catch (error) {
    if (error instanceof FilterError || error instanceof CursorError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** The events could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The events" back={{ label: "What stands out", to: "/assistance" }} />;
}

type Row = Route.ComponentProps["loaderData"]["items"][number];
const COLUMNS: readonly Column<Row>[] = [
  { id: "time", header: "Time", width: "116px", card: "foot", cell: (row) => <Time at={row.time} as="seconds" /> },
  { id: "what", header: "Step and message", card: "title", cell: (row) => <span className="block min-w-0"><Link className="link tr block" to={eventPath(row.source, row.id)}>{row.step}</Link>{row.message === "" ? null : <span className="second tr block" data-tip={row.message}>{row.message}</span>}</span> },
  { id: "status", header: "Outcome", width: "128px", card: "end", cell: (row) => row.status.replaceAll("_", " ") },
  { id: "took", header: "Took", numeric: true, width: "88px", card: "foot", cell: (row) => (row.durationMs === null ? <Unknown>not said</Unknown> : <Latency ms={row.durationMs} />) },
  { id: "object", header: "Object", width: "160px", card: "foot-end", cell: (row) => (row.object === null ? <NotApplicable /> : <Link className="tr block hover:underline" to={objectPath(row.object)}>{row.object.id}</Link>) },
  { id: "facility", header: "Facility", width: "20%", wideOnly: true, card: "hidden", cell: (row) => (row.facilityName === null ? <NotApplicable /> : <span className="tr block" data-tip={row.facilityName}>{row.facilityName}</span>) },
];

/** The events of one integration in one stretch of time: what a statement counted. */
export default function AssistanceEvents({ loaderData: found }: Route.ComponentProps) {
  const { search } = useLocation();
  return (
    <>
      <p>
        <Link className="link" to={`/integrations/${encodeURIComponent(found.integration)}`}>{found.name}</Link>, <Time at={found.from} as="day" /> <Time at={found.from} as="clock" /> to <Time at={found.to} as="clock" />: {formatCount(found.count)}{" "}
        {found.failed ? <>failed {found.count === 1 ? "attempt" : "attempts"} with {[found.errorCode, found.errorClass?.replaceAll("_", " ")].filter(Boolean).join(", ") || "no code"}</> : found.count === 1 ? "move" : "moves"}
        {found.failed || found.meanMs === null ? null : <>, typically <Latency ms={Math.round(found.meanMs)} /> (geometric mean)</>}.
      </p>
      <Panel flush cards>
        <DataTable caption="Events of this stretch of time, newest first" columns={COLUMNS} rows={found.items} rowId={(row) => `${row.source} ${row.id}`} total={found.count} twoLine cards keys blank={<NoHitState title="Nothing happened in this stretch of time">That is what was counted: none.</NoHitState>} />
        <Pagination text={`${formatCount(found.items.length)} of ${formatCount(found.count)}, newest first`} firstTo={found.first ? null : withParameters(search, {})} nextTo={found.nextCursor === null ? null : withParameters(search, { cursor: found.nextCursor })} />
      </Panel>
    </>
  );
}
