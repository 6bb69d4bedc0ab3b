import { useMemo } from "react";
import { data, useLocation } from "react-router";
import { listExceptions } from "#queries/clickhouse/exceptions/list.ts";
import { exceptionFilter } from "#queries/model/filter.ts";
import { can } from "../auth/principal.ts";
import { ExportLinks } from "../components/ExportLinks.tsx";
import { Chip } from "../components/Chip.tsx";
import { CopyId } from "../components/CopyId.tsx";
import { Icon } from "../components/Icon.tsx";
import { FactStrip } from "../components/KeyValue.tsx";
import { Note } from "../components/Note.tsx";
import { Panel } from "../components/Panel.tsx";
import { useReader } from "../components/reader.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Tabs } from "../components/Tabs.tsx";
import { Time } from "../components/Time.tsx";
import { AwaitedPanel } from "../components/story/AwaitedPanel.tsx";
import { ExceptionLines } from "../components/story/ExceptionLines.tsx";
import { SameAnswerPanel } from "../components/story/SameAnswerPanel.tsx";
import { StepPanel } from "../components/story/StepPanel.tsx";
import { TraceLegend, TraceWaterfall } from "../components/trace/TraceWaterfall.tsx";
import { formatDuration, secondsBetween } from "../components/format/duration.ts";
import { objectNoun } from "../exceptions/labels.ts";
import { objectPath, withParameters } from "../paths.ts";
import { requirePrincipal, requireScope, servicesContext } from "../server/context.ts";
import { readTrace } from "../traces/trace-view.ts";
import { waitingForSame } from "../traces/waiting.ts";
import { layOut } from "../traces/waterfall.ts";
import type { Route } from "./+types/trace";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Trace", titleOf: (trace) => trace.about?.id ?? trace.correlationId, parent: { label: "Search", to: "/search" } });

/** Title of the page. */
export function meta({ params }: Route.MetaArgs) {
  return [{ title: `Trace ${params.correlationId} · Signalbox` }];
}

/** The trace laid out, its exceptions, and who else waits for the answer that is missing. */
export async function loader({ context, params, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const now = new Date();
  const asOf = now.toISOString();
  const current = catalogue.current();
  const [trace, exceptions] = await Promise.all([
    readTrace(stores.clickhouse, params.correlationId, scope),
    listExceptions(stores.clickhouse, exceptionFilter.parse({ correlationId: [params.correlationId], status: [], environment: [] }), { limit: 10 }, scope),
  ]);
  if (trace === null) throw data("There is no trace of this correlation id, or none of its steps lies in your scope.", { status: 404 });
  const waterfall = layOut(trace, current, asOf);
  const chosen = url.searchParams.get("step");
  const missing = waterfall.awaited.find((one) => one.id === chosen) ?? waterfall.awaited.find((one) => one.late) ?? null;
  const step = waterfall.steps.find((one) => one.id === chosen) ?? (chosen === null || missing?.id !== chosen ? (waterfall.steps.find((one) => one.outcome === "failed") ?? waterfall.steps.find((one) => one.outcome === "recovered") ?? null) : null);
  const waiting = missing === null ? null : await waitingForSame(stores.clickhouse, current, missing.milestone, trace.objects, now, scope);
  const reporter = missing?.integration ? current.integration(missing.integration.id) : undefined;
  // What the trace is about: the object in trouble if there is one, else what its first step was done to.
  const troubled = exceptions.items.find((one) => one.status !== "resolved")?.object ?? null;
  const subject = trace.objects.find((object) => object.type === troubled?.type && object.id === troubled.id) ?? trace.events.flatMap((event) => event.objects.filter((object) => object.role === "subject")).at(0) ?? trace.objects[0] ?? null;
  return {
    asOf, correlationId: trace.correlationId, lanes: waterfall.lanes, figures: waterfall.figures, cut: waterfall.cut,
    about: subject === null ? null : { namespace: subject.namespace, type: subject.type, id: subject.id },
    objects: trace.objects.slice(0, 24), moreObjects: Math.max(0, trace.objects.length - 24),
    step, exceptions: exceptions.items,
    missing: missing === null ? null : { ...missing, agreement: waiting?.agreement ?? null, support: reporter?.supportPath ?? null, runbook: reporter?.runbook.title ?? null },
    same: waiting?.same ?? null,
    mayExport: can(requirePrincipal(context), "export"),
  };
}

/** The trace could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The trace" back={{ label: "Search", to: "/search" }} />;
}

/** What happened under one correlation id, in order, with the gap where the next step should be. */
export default function Trace({ loaderData: trace }: Route.ComponentProps) {
  const { search } = useLocation();
  const { now } = useReader();
  const { figures, about, missing } = trace;
  const stepTo = useMemo(() => (lane: { id: string }) => (lane.id.startsWith("outside_scope") ? null : withParameters(search, { step: lane.id })), [search]);
  const exports = `/api/v1/exports/trail?correlationId=${encodeURIComponent(trace.correlationId)}`;
  return (
    <>
      {about ? (
        <Tabs
          label={`${objectNoun(about.type)} ${about.id}`}
          items={[
            { label: "Story", to: objectPath(about) },
            { label: "Trace", to: withParameters(search, {}), current: true },
            { label: "Events", to: objectPath(about, "events") },
          ]}
        />
      ) : null}
      <div className="thing-head">
        <div>
          <p className="second">{about ? `${objectNoun(about.type)} ${about.id}` : "Technical trace"}</p>
          <h2 className="thing-title">{headline(trace)}</h2>
        </div>
        {trace.mayExport ? (
          <ExportLinks to={exports} />
        ) : null}
      </div>
      <FactStrip
        facts={[
          { label: "Correlation", value: <span className="min-w-0 text-13 font-normal"><CopyId id={trace.correlationId} /></span> },
          { label: "Systems", value: figures.systems },
          { label: "Steps, attempts", value: <>{figures.steps} <span className="font-normal text-ink-3">{figures.attempts} {figures.attempts === 1 ? "attempt" : "attempts"}</span></> },
          { label: "Failed, then recovered", value: figures.recovered === 0 ? <span className="text-ink-3">0</span> : <><Icon name="caution" />{figures.recovered} {figures.recovered === 1 ? "step" : "steps"}</> },
          { label: "Failed", value: figures.failed === 0 ? <span className="text-ink-3">0</span> : <span className="aspect t-stop"><Icon name="stop" />{figures.failed} {figures.failed === 1 ? "step" : "steps"}</span> },
          { label: "Missing", value: figures.missing === 0 ? <span className="text-ink-3">0</span> : <span className="aspect t-stop"><Icon name="stop" />{figures.missing} {figures.missing === 1 ? "step" : "steps"}</span> },
          { label: "Last heard", value: <span>{formatDuration(secondsBetween(figures.lastAt, now))} ago</span> },
        ]}
      />
      {figures.outside > 0 ? <Note icon="lock">{figures.outside} {figures.outside === 1 ? "step belongs" : "steps belong"} to other facilities. They are shown as outside your scope, with their time and outcome only.</Note> : null}
      <div className="with-rail">
        <div className="stack">
          <Panel title="What happened, in order" sub={<>since <Time at={figures.firstAt} as="exact" /></>} end={<TraceLegend />} lined flush>
            <TraceWaterfall lanes={trace.lanes} current={trace.step?.id ?? undefined} stepTo={stepTo} />
            {trace.cut > 0 ? <p className="pager">The first {trace.lanes.length} steps are drawn. {trace.cut} more are in the export and in the events of each object.</p> : null}
          </Panel>
          {trace.same ? <SameAnswerPanel same={trace.same} /> : null}
          <ExceptionLines exceptions={trace.exceptions} title="Exceptions about this trace" none="No exception was opened about this trace." />
        </div>
        <div className="stack">
          {missing ? <AwaitedPanel missing={missing} same={trace.same} /> : null}
          {trace.step ? <StepPanel step={trace.step} /> : null}
          <Panel title="Objects" sub={trace.objects.length + trace.moreObjects}>
            {trace.objects.length === 0 ? <p className="second">No step names a business object.</p> : null}
            <ul className="flex flex-wrap gap-1.5">
              {trace.objects.map((object) => (
                <li key={`${object.namespace} ${object.type} ${object.id}`} className="max-w-full">
                  <Chip to={objectPath(object)}>
                    <span className="text-ink-3">{objectNoun(object.type)}</span> <span className="tr">{object.id}</span>
                  </Chip>
                </li>
              ))}
            </ul>
            {trace.moreObjects > 0 ? <p className="second mt-2">and {trace.moreObjects} more</p> : null}
          </Panel>
        </div>
      </div>
    </>
  );
}

/** The trace in one sentence: what is missing first, then what failed, then what recovered. */
function headline(trace: Route.ComponentProps["loaderData"]): string {
  const { figures, missing, step } = trace;
  if (missing?.late) return missing.tried > 0 ? `“${missing.name}” failed ${missing.tried === 1 ? "once" : `${missing.tried} times`} and has not happened` : `“${missing.name}” has not happened`;
  if (figures.failed > 0 && step) return `“${step.name}” failed and nothing later recovered it`;
  if (figures.recovered > 0) return "Everything went through, after failures that recovered";
  return missing ? `Everything so far went through; “${missing.name}” is next` : "Everything went through";
}
