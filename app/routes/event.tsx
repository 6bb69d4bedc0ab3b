import { data, Link } from "react-router";
import { eventByIdentity } from "#queries/clickhouse/events/one.ts";
import { toStoredEvent } from "#queries/clickhouse/event-row.ts";
import { listExceptions } from "#queries/clickhouse/exceptions/list.ts";
import { exceptionFilter } from "#queries/model/filter.ts";
import { Chip } from "../components/Chip.tsx";
import { CopyId } from "../components/CopyId.tsx";
import { formatLatency } from "../components/format/duration.ts";
import { Icon } from "../components/Icon.tsx";
import { type Fact, KeyValue } from "../components/KeyValue.tsx";
import { Money } from "../components/Money.tsx";
import { Panel } from "../components/Panel.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { ExceptionLines } from "../components/story/ExceptionLines.tsx";
import { STATUS_ICONS, STATUS_WORDS } from "../components/story/status.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import type { Column } from "../components/table/column.ts";
import { Time } from "../components/Time.tsx";
import { NotApplicable } from "../components/Unknown.tsx";
import { facilityName, integrationName, objectNoun, stepName } from "../exceptions/labels.ts";
import { FLAG_WORDS } from "../objects/flags.ts";
import { eventPath, objectPath, tracePath } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/event";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Event", titleOf: ({ event }) => event.id, parent: { label: "Search", to: "/search" } });

/** Title of the page. */
export function meta() {
  return [{ title: "Event · Signalbox" }];
}

/** The stored event with every field that passed redaction, and what refers to it. */
export async function loader({ context, params }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const [row] = await eventByIdentity.run(stores.clickhouse, { source: params.source, id: params.id }, scope);
  if (!row) throw data("No event of this source and id lies in your scope.", { status: 404 });
  const current = catalogue.current();
  const event = toStoredEvent(row);
  const filter = exceptionFilter.parse({ status: [], environment: [], ...(row.correlation_id === "" ? {} : { correlationId: [row.correlation_id] }), q: undefined });
  const related = row.correlation_id === "" ? [] : (await listExceptions(stores.clickhouse, filter, { limit: 50 }, scope)).items.filter((one) => one.eventIds.includes(row.id));
  return {
    asOf: new Date().toISOString(), event,
    name: stepName(current, row.type) ?? row.type, catalogued: current.isKnownType(row.type), system: current.systems.get(row.source)?.name ?? null,
    integration: row.integration === "" ? null : { id: row.integration, name: integrationName(current, row.integration) ?? row.integration, known: current.integration(row.integration) !== undefined },
    facility: row.facility === "" ? null : facilityName(current, row.facility), entity: row.entity === "" ? null : (current.entity(row.entity)?.name ?? row.entity),
    more: {
      subject: row.subject, environment: row.environment, endpoint: row.endpoint, criticality: row.criticality, dataschema: row.dataschema, causationId: row.causation_id, traceId: row.trace_id, spanId: row.span_id,
      counterparty: row.counterparty_id === "" ? null : `${row.counterparty_name || row.counterparty_id} (${objectNoun(row.counterparty_type)} ${row.counterparty_id})`,
    },
    exceptions: related,
  };
}

/** The event could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The event" back={{ label: "Search", to: "/search" }} />;
}

type EventObject = Route.ComponentProps["loaderData"]["event"]["objects"][number];
const OBJECTS: readonly Column<EventObject>[] = [
  { id: "type", header: "Type", width: "20%", cell: (row) => <span className="tr block">{objectNoun(row.type)}</span> },
  { id: "id", header: "Id", card: "title", cell: (row) => <Link className="link tr block" to={objectPath(row)} data-tip={row.id.length > 32 ? row.id : undefined}>{row.id}</Link> },
  { id: "namespace", header: "Namespace", width: "18%", cell: (row) => <span className="tr block">{row.namespace}</span> },
  { id: "role", header: "Role", width: "12%", cell: (row) => row.role ?? <NotApplicable /> },
  { id: "state", header: "State", width: "16%", cell: (row) => (row.state === null ? <NotApplicable /> : <span className="tr block">{row.state}</span>) },
];

interface Attribute { name: string; value: string }
const ATTRIBUTES: readonly Column<Attribute>[] = [
  { id: "name", header: "Attribute", width: "30%", cell: (row) => <span className="tr block" data-tip={row.name}>{row.name}</span> },
  { id: "value", header: "Value", card: "title", cell: (row) => <span className="block [overflow-wrap:anywhere]">{row.value}</span> },
];

/** One raw event: every field as it is stored, after redaction. */
export default function EventPage({ loaderData: found }: Route.ComponentProps) {
  const { event, more } = found;
  const attributes = Object.entries(event.attributes).map(([name, value]) => ({ name, value: typeof value === "string" ? value : JSON.stringify(value) }));
  const words = (text: string) => (text === "" ? <NotApplicable /> : text);
  const facts: Fact[] = [
    { label: "Source", value: found.system ? <>{found.system} <span className="second">{event.source}</span></> : event.source },
    { label: "Id", value: <CopyId id={event.id} /> },
    { label: "Type", value: event.type },
    { label: "Subject", value: words(more.subject) },
    { label: "Happened", value: <Time at={event.time} as="exact" /> },
    { label: "Received", value: <Time at={event.receivedAt} as="exact" /> },
    { label: "Correlation", value: event.correlationId === null ? <NotApplicable /> : <Link className="link" to={tracePath(event.correlationId)}>{event.correlationId}</Link> },
    { label: "Caused by", value: more.causationId === "" ? <NotApplicable /> : <Link className="link" to={eventPath(event.source, more.causationId)}>{more.causationId}</Link> },
    { label: "Trace, span", value: more.traceId === "" ? <NotApplicable /> : `${more.traceId} ${more.spanId}` },
    { label: "Environment", value: more.environment },
    { label: "Data schema", value: words(more.dataschema) },
  ];
  const business: Fact[] = [
    { label: "Status", value: <span className="aspect"><Icon name={STATUS_ICONS[event.status]} />{STATUS_WORDS[event.status]}</span> },
    { label: "Attempt", value: event.attempt ?? <NotApplicable /> },
    { label: "Took", value: event.durationMs === null ? <span className="unknown">unknown</span> : formatLatency(event.durationMs) },
    { label: "Integration", value: found.integration === null ? <NotApplicable /> : found.integration.known ? <Link className="link" to={`/integrations/${encodeURIComponent(found.integration.id)}`}>{found.integration.name}</Link> : found.integration.name },
    { label: "Endpoint", value: words(more.endpoint) },
    { label: "Facility", value: found.facility ?? <NotApplicable /> },
    { label: "Legal entity", value: found.entity ?? <NotApplicable /> },
    { label: "Amount", value: event.amount === null ? <NotApplicable /> : <Money amount={event.amount} /> },
    { label: "Counterparty", value: more.counterparty ?? <NotApplicable /> },
    { label: "Criticality", value: words(more.criticality) },
  ];
  return (
    <>
      <div className="thing-head">
        <div>
          <p className="second">{event.type}</p>
          <h2 className="thing-title">{found.name}</h2>
        </div>
        {event.flags.length > 0 ? (
          <ul className="flex flex-wrap gap-1.5" aria-label="Flags">
            {event.flags.map((flag) => (
              <li key={flag}>
                <Chip tone="caution" icon="caution">
                  {FLAG_WORDS[flag] ?? flag.replaceAll("_", " ")}
                </Chip>
              </li>
            ))}
          </ul>
        ) : null}
      </div>
      <div className="with-rail">
        <div className="stack">
          {event.error ? (
            <Panel title="Error" end={event.error.retryable === null ? null : <span className="second">{event.error.retryable ? "trying again may help" : "trying again cannot help"}</span>}>
              <p className="[overflow-wrap:anywhere]">{event.error.message ?? <span className="unknown">no message</span>}</p>
              <p className="second mt-1">{[event.error.class?.replaceAll("_", " "), event.error.code].filter(Boolean).join(" · ")}</p>
            </Panel>
          ) : null}
          <Panel title="Business objects" sub={event.objects.length} flush cards>
            <DataTable caption="Business objects that the event names" columns={OBJECTS} rows={event.objects} rowId={(row) => `${row.namespace} ${row.type} ${row.id} ${row.role}`} cards blank={<p className="second px-3.5 py-3">It names no business object.</p>} />
          </Panel>
          <Panel title="Attributes" sub={`${attributes.length}, after redaction`} flush cards>
            <DataTable caption="Attributes" columns={ATTRIBUTES} rows={attributes} rowId={(row) => row.name} cards blank={<p className="second px-3.5 py-3">None, or none that the contract allows to be kept.</p>} />
          </Panel>
          <ExceptionLines exceptions={found.exceptions} title="Exceptions that rest on this event" none="No exception rests on this event." />
        </div>
        <div className="stack">
          <Panel title="What it says">
            <KeyValue facts={business} />
          </Panel>
          <Panel title="Envelope" className="[&_time]:whitespace-normal">
            <KeyValue facts={facts} />
          </Panel>
        </div>
      </div>
    </>
  );
}
