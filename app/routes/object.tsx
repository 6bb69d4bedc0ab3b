import { data } from "react-router";
import { z } from "zod";
import { toStoredEvent, toStoreInstant } from "#queries/clickhouse/event-row.ts";
import { objectEvents } from "#queries/clickhouse/objects/story.ts";
import { CursorError, decodeCursor, pageOf } from "#queries/model/cursor.ts";
import { can } from "../auth/principal.ts";
import { ExportLinks } from "../components/ExportLinks.tsx";
import { ButtonLink } from "../components/Button.tsx";
import { Chip } from "../components/Chip.tsx";
import { EmptyState } from "../components/EmptyState.tsx";
import { FactStrip } from "../components/KeyValue.tsx";
import { formatCount } from "../components/format/money.ts";
import { MoneyList } from "../components/Money.tsx";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Tabs } from "../components/Tabs.tsx";
import { Time } from "../components/Time.tsx";
import { AttributesPanel } from "../components/story/AttributesPanel.tsx";
import { EventsTable } from "../components/story/EventsTable.tsx";
import { ExceptionLines } from "../components/story/ExceptionLines.tsx";
import { MilestonesPanel } from "../components/story/MilestonesPanel.tsx";
import { RelatedPanel } from "../components/story/RelatedPanel.tsx";
import { StatementsTable } from "../components/story/StatementsTable.tsx";
import { objectNoun } from "../exceptions/labels.ts";
import { toEventLine } from "../objects/event-line.ts";
import { locateObject } from "../objects/object-view.ts";
import { latestTrace, readStory } from "../objects/story.ts";
import { objectPath } from "../paths.ts";
import { requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/object";

/** Rows of the events tab. */
const EVENTS_PER_PAGE = 50;

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Story", titleOf: (found) => found.id, parent: { label: "Search", to: "/search" } });

/** Title of the page. */
export function meta({ params }: Route.MetaArgs) {
  return [{ title: `${params.id} · Signalbox` }];
}

/** The object's story, a page of its events, or the namespaces to choose from. */
export async function loader({ context, params, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const asOf = new Date().toISOString();
  const search = url.searchParams;
  const { type, id } = params;
  const located = await locateObject(stores.clickhouse, type, id, search.get("namespace") ?? undefined, scope);
  if (located.outcome === "absent") throw data("Nothing of this name lies in your scope.", { status: 404 });
  if (located.outcome === "ambiguous") return { kind: "choice" as const, asOf, type, id, candidates: located.candidates };
  const identity = { namespace: located.namespace, type, id };
  const current = catalogue.current();
  const story = await readStory(stores.clickhouse, current, identity, asOf, scope);
  const shared = { asOf, type, id, story, traceTo: latestTrace(story), mayExport: can(requirePrincipal(context), "export") };
  if (search.get("tab") !== "events") return { kind: "story" as const, ...shared };
  const after = position(search.get("cursor"));
  const rows = await objectEvents.run(stores.clickhouse, { ...identity, limit: EVENTS_PER_PAGE + 1, before_time: after ? toStoreInstant(after[0]) : null, before_key: after ? after[1] : null }, scope);
  const page = pageOf(rows, EVENTS_PER_PAGE, "object-events", (row) => [row.time, row.event_key]);
  return { kind: "events" as const, ...shared, first: after === undefined, nextCursor: page.nextCursor, events: page.items.map((row) => toEventLine(toStoredEvent(row), current)) };
}

function position(cursor: string | null): readonly [string, string] | undefined {
  try {
    return decodeCursor("object-events", z.tuple([z.iso.datetime(), z.guid()]), cursor ?? undefined);
  } catch (error) {
    if (error instanceof CursorError) throw data("The page asked for does not exist any more.", { status: 400 });
    throw error;
  }
}

/** The object could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The object" back={{ label: "Search", to: "/search" }} />;
}

/** A business object across all systems. */
export default function ObjectPage({ loaderData: found }: Route.ComponentProps) {
  if (found.kind === "choice") return <Choice candidates={found.candidates} type={found.type} id={found.id} />;
  const { story } = found;
  const open = story.exceptions.filter((one) => one.status !== "resolved").length;
  const late = story.milestones.filter((one) => one.state === "missing");
  const disagree = story.statements.some((one) => one.disagrees !== null && one.state !== "silent");
  const silent = story.statements.some((one) => one.state === "silent");
  const systems = story.statements.filter((one) => one.at !== null).length;
  const identity = story.identity;
  const eventsTo = objectPath(identity, "events");
  const exports = `/api/v1/exports/trail?${new URLSearchParams({ objectType: identity.type, objectId: identity.id, namespace: identity.namespace }).toString()}`;
  return (
    <>
      <Tabs
        label={`${objectNoun(identity.type)} ${identity.id}`}
        items={[
          { label: "Story", to: objectPath(identity), current: found.kind === "story" },
          ...(found.traceTo ? [{ label: "Trace", to: found.traceTo }] : []),
          { label: "Events", to: eventsTo, count: story.events, current: found.kind === "events" },
        ]}
      />
      <div className="thing-head">
        <div>
          <p className="second">
            {[objectNoun(identity.type), story.process?.name, story.counterparty, story.facility, identity.namespace === "default" ? null : `namespace ${identity.namespace}`].filter(Boolean).join(" · ")}
          </p>
          <h2 className="thing-title">{late[0] ? `${identity.id}: “${late[0].name}” has not happened` : identity.id}</h2>
        </div>
        {found.mayExport ? (
          <ExportLinks to={exports} />
        ) : null}
      </div>
      {story.stepsOutside > 0 ? <Note icon="lock">{formatCount(story.stepsOutside)} of its events belong to other facilities and are outside your scope.</Note> : null}
      {found.kind === "events" ? (
        <EventsTable events={found.events} total={story.events} first={found.first} nextCursor={found.nextCursor} to={eventsTo} />
      ) : (
        <>
          <FactStrip
            facts={[
              { label: "Amount", value: story.amounts.length === 0 ? <span className="unknown">no amount known</span> : <MoneyList amounts={story.amounts.slice(0, 3)} /> },
              { label: "Systems", value: systems },
              { label: "Milestones reached", value: story.milestones.filter((one) => one.state === "reached").length },
              { label: "Missing", value: late.length === 0 ? <span className="text-ink-3">0</span> : <span className="t-stop">{late.length}</span> },
              { label: "Open exceptions", value: open === 0 ? <span className="text-ink-3">0</span> : open },
              { label: "First and last event", value: <span className="text-13 font-normal whitespace-normal"><Time at={story.firstEventAt} tabStop /> to <Time at={story.lastEventAt} tabStop /></span> },
            ]}
          />
          <div className="with-rail">
            <div className="stack">
              <Panel title="What each system says" sub={systems === 1 ? "1 system" : `${systems} systems`} end={disagree ? <Chip tone="stop" icon="unequal">Systems disagree</Chip> : silent ? <Chip tone="stop" icon="stop">One has not answered</Chip> : <Chip tone="clear" icon="clear">No contradiction</Chip>} flush cards>
                <StatementsTable statements={story.statements} />
              </Panel>
              <RelatedPanel groups={story.related} cut={story.relatedCut} />
              <AttributesPanel attributes={story.attributes} />
            </div>
            <div className="stack">
              <MilestonesPanel milestones={story.milestones} process={story.process?.name ?? null} />
              <ExceptionLines exceptions={story.exceptions} none="No exception was ever opened about it." />
            </div>
          </div>
        </>
      )}
    </>
  );
}

function Choice({ candidates, type, id }: { candidates: readonly { namespace: string; type: string; id: string }[]; type: string; id: string }) {
  return (
    <Panel title={`Several companies have a ${objectNoun(type)} ${id}`}>
      {candidates.length === 0 ? <EmptyState title="None of them lies in your scope" /> : null}
      <p>Choose whose you mean.</p>
      <ul className="mt-2 flex flex-wrap gap-2">
        {candidates.map((one) => (
          <li key={one.namespace}>
            <ButtonLink to={objectPath(one)}>{one.namespace}</ButtonLink>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
