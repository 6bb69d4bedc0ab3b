import { data, Link, useLocation } from "react-router";
import { integrationErrors } from "#queries/clickhouse/health/errors.ts";
import { integrationSeries } from "#queries/clickhouse/health/health.ts";
import { burnCounts, endpointChecks } from "#queries/clickhouse/technical/outcomes.ts";
import { toStoreInstant } from "#queries/clickhouse/event-row.ts";
import { countExceptions } from "#queries/clickhouse/exceptions/figures.ts";
import { listExceptions } from "#queries/clickhouse/exceptions/list.ts";
import { exceptionFilter } from "#queries/model/filter.ts";
import { readMarks } from "../assistance/statements.ts";
import { StatementNotes } from "../components/assistance/StatementMark.tsx";
import { Age, Duration, Latency } from "../components/Age.tsx";
import { LineChart } from "../components/charts/LineChart.tsx";
import { Chip } from "../components/Chip.tsx";
import { HourStrip } from "../components/figures/HealthStrip.tsx";
import { formatLatency } from "../components/format/duration.ts";
import { formatCount } from "../components/format/money.ts";
import { BurnRate } from "../components/integrations/BurnRates.tsx";
import { StateIcon, stateWord } from "../components/integrations/StateIcon.tsx";
import { InterfaceState, VerdictNote, WorkState } from "../components/integrations/TwoStates.tsx";
import { FactStrip, KeyValue } from "../components/KeyValue.tsx";
import { Panel } from "../components/Panel.tsx";
import { Count, Percent } from "../components/Percent.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { ExceptionLines } from "../components/story/ExceptionLines.tsx";
import type { Column } from "../components/table/column.ts";
import { DataTable } from "../components/table/DataTable.tsx";
import { Segmented } from "../components/Tabs.tsx";
import { Time } from "../components/Time.tsx";
import { NotApplicable, Unknown } from "../components/Unknown.tsx";
import { stepName } from "../exceptions/labels.ts";
import { burnsOf } from "../integrations/burn.ts";
import { HEALTH_WINDOWS, readHealth } from "../integrations/health-view.ts";
import { isListWindow } from "../integrations/list.ts";
import { seriesPoints, STEP_SECONDS } from "../integrations/series.ts";
import { hourState, hourStrip, integrationState, isSilent } from "../integrations/states.ts";
import { verdictOf, workOf } from "../integrations/work-state.ts";
import { eventPath, withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import { durationWords } from "../exceptions/labels.ts";
import type { Route } from "./+types/integration";

export const handle = pageHandle<Route.ComponentProps["loaderData"]>({ title: "Integration", titleOf: ({ one }) => one.name, parent: { label: "Integrations", to: "/integrations" }, live: "follow" });

/** Title of the page. */
export function meta({ loaderData }: Route.MetaArgs) {
  return [{ title: `${loaderData?.one.name ?? "Integration"} · Signalbox` }];
}

/** The health of one integration over the window, its errors by class, its exceptions, whose it is. */
export async function loader({ context, params, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const current = catalogue.current();
  const one = current.integration(params.id);
  if (!one) throw data("The catalogue names no integration of this id.", { status: 404 });
  const window = url.searchParams.get("window") ?? "24h";
  if (!isListWindow(window)) throw data("There is no such window.", { status: 400 });
  const now = new Date();
  const step = STEP_SECONDS[window];
  const to = toStoreInstant(now);
  const from = toStoreInstant(new Date(now.getTime() - HEALTH_WINDOWS[window] * 60_000));
  const day = toStoreInstant(new Date(now.getTime() - 24 * 3_600_000));
  const open = exceptionFilter.parse({ integration: [one.id] });
  const { clickhouse } = stores;
  const ago = (hours: number) => toStoreInstant(new Date(now.getTime() - hours * 3_600_000));
  const [[health], series, hours, errors, exceptions, figure, checks, burns, marks] = await Promise.all([
    readHealth(clickhouse, [one], window, now, scope),
    integrationSeries.run(clickhouse, { integration: one.id, from, to, step }, scope),
    integrationSeries.run(clickhouse, { integration: one.id, from: day, to, step: 3600 }, scope),
    integrationErrors.run(clickhouse, { integration: one.id, from, to }, scope),
    listExceptions(clickhouse, open, { limit: 8 }, scope),
    countExceptions(clickhouse, open, scope),
    endpointChecks.run(clickhouse, { integration: one.id, from, to }, scope),
    burnCounts.run(clickhouse, { integration: one.id, from: ago(72), to, hour: ago(1), six: ago(6) }, scope),
    readMarks(clickhouse, current, now, scope),
  ]);
  if (!health) throw data("Its health could not be read.", { status: 404 });
  const calendar = current.calendarFor("facility", "");
  const strip = hourStrip(hours, one, calendar, now);
  const state = integrationState(health, strip, one, calendar, now, scope === "all");
  const work = workOf({ exceptions: figure.count, overdue: health.overdue, backlog: health.backlog });
  const checked = checks[0];
  // What is silent too long, or was never heard of, is not known to be quiet since.
  const heardUntil = state === "no_data" ? -Infinity : state === "late" ? Date.parse(health.lastEventAt ?? "") : Infinity;
  const quiet = (start: number) => start < heardUntil && hourState(undefined, start, one, calendar) === "idle";
  const system = (id: string) => ({ id, name: current.systems.get(id)?.name ?? id });
  return {
    asOf: now.toISOString(), marks: marks.get(one.id) ?? [], window, health, strip, state, work, verdict: verdictOf(state, work.state), burns: burnsOf(burns[0], one.slo.target), endpoint: checked ? { checks: checked.checks, answered: checked.answered, up: checked.last_status === "succeeded", lastAt: checked.last_at } : null, silent: scope === "all" && isSilent(health, one, calendar, now),
    points: seriesPoints(series, now, HEALTH_WINDOWS[window], step, quiet), errors, exceptions: exceptions.items, exceptionCount: figure.count,
    one: {
      id: one.id, name: one.name, from: system(one.from), to: system(one.to), mode: one.mode, schedule: one.schedule?.words ?? null, business: one.businessOwner, technical: one.technicalOwner, support: one.supportPath,
      runbook: one.runbook, latencyObjective: one.slo.latencyP95Ms, silentAfter: one.slo.silentAfter === null ? null : durationWords(one.slo.silentAfter, true), retryGrace: durationWords(one.retryGrace, false),
      attempts: one.maxAttempts, postsMoney: one.replay.postsMoney, postsStock: one.replay.postsStock, replayTarget: one.replay.target, steps: one.eventTypes.map((type) => stepName(current, type) ?? type),
    },
  };
}

/** The integration could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The integration" back={{ label: "Integrations", to: "/integrations" }} />;
}

type ErrorRow = Route.ComponentProps["loaderData"]["errors"][number];
const ERRORS: readonly Column<ErrorRow>[] = [
  { id: "class", header: "Class", width: "150px", cell: (row) => <span className="tr block">{row.class === "" ? <Unknown /> : row.class.replaceAll("_", " ")}</span> },
  { id: "code", header: "Code", width: "130px", cell: (row) => (row.code === "" ? <NotApplicable /> : <span className="tr block" data-tip={row.code}>{row.code}</span>) },
  { id: "message", header: "Newest message", card: "title", cell: (row) => <Link className="link tr block" to={eventPath(row.source, row.id)} data-tip={row.message}>{row.message === "" ? "no message" : row.message}</Link> },
  { id: "count", header: "Attempts", numeric: true, width: "90px", card: "foot", cell: (row) => formatCount(row.failures) },
  { id: "last", header: "Last", numeric: true, width: "110px", card: "foot-end", cell: (row) => <Time at={row.last_at} /> },
];

const WINDOW_WORDS = { "1h": "last hour", "24h": "last 24 hours", "7d": "last 7 days" } as const;

/** One integration: how it does, what goes wrong, whose it is and what to do. */
export default function Integration({ loaderData: found }: Route.ComponentProps) {
  const { search } = useLocation();
  const { one, health, points } = found;
  const span = WINDOW_WORDS[found.window];
  const moves = points.reduce((sum, point) => sum + (point.values.moves ?? 0), 0);
  const failed = points.reduce((sum, point) => sum + (point.values.failed ?? 0), 0);
  return (
    <>
      <div className="thing-head">
        <div>
          <p className="second">
            {one.from.name} to {one.to.name} · {one.mode === "realtime" ? "real time" : (one.schedule ?? "batch")}
          </p>
          <h2 className="thing-title rowx gap-2">
            <StateIcon state={found.state} />
            {one.name}: {headline(found)}
          </h2>
        </div>
        <Segmented label="Window" items={(["1h", "24h", "7d"] as const).map((window) => ({ label: window.replace(/(\d+)/, "$1 "), to: withParameters(search, { window: window === "24h" ? null : window }), current: found.window === window }))} />
      </div>
      <div className="grid grid-cols-1 gap-3 fold:grid-cols-2">
        <Panel title="Interface" sub="does the connection work" end={<InterfaceState state={found.state} />}>
          <KeyValue
            facts={[
              { label: "Endpoint", value: found.endpoint === null ? <Unknown>not checked in this window</Unknown> : <>{found.endpoint.up ? "answers" : <span className="t-stop">does not answer</span>}, <Percent share={found.endpoint.answered / found.endpoint.checks} /> of {formatCount(found.endpoint.checks)} {found.endpoint.checks === 1 ? "check" : "checks"}, the last <Age since={found.endpoint.lastAt} suffix="ago" /></> },
              { label: "Budget burn", value: <span className="flex flex-wrap gap-x-4">{found.burns.map((burn) => <span key={burn.window}>{burn.window.replace(/(\d+)/, "$1 ")}: <BurnRate burn={burn} /></span>)}</span> },
              { label: "Attempts", value: <Link className="link" to={`/technical?integration=${encodeURIComponent(one.id)}${found.window === "24h" ? "" : `&window=${found.window}`}#attempts`}>{formatCount(found.errors.reduce((sum, error) => sum + error.failures, 0))} failed</Link> },
            ]}
          />
        </Panel>
        <Panel title="Work" sub="is the business done with it" end={<WorkState id={one.id} work={found.work} />}>
          <KeyValue
            facts={[
              { label: "Exceptions", value: found.work.exceptions === 0 ? <Count value={0} /> : <Link className="link" to={`/exceptions?integration=${encodeURIComponent(one.id)}`}>{formatCount(found.work.exceptions)} open</Link> },
              { label: "Backlog", value: health.backlog === 0 ? <Count value={0} /> : <Link className="link" to={`/backlog?integration=${encodeURIComponent(one.id)}`}>{formatCount(health.backlog)} steps wait</Link> },
              { label: "Overdue", value: health.overdue === 0 ? <Count value={0} /> : <Link className="t-stop hover:underline" to={`/backlog?integration=${encodeURIComponent(one.id)}&overdue=true`}>{formatCount(health.overdue)} steps</Link> },
            ]}
          />
        </Panel>
      </div>
      <VerdictNote verdict={found.verdict} work={found.work} />
      <StatementNotes marks={found.marks} />
      <FactStrip
        facts={[
          { label: `Went through, ${span}`, value: <Percent share={health.successRate} /> },
          { label: "Latency p50, p95, p99", value: <span className="text-13"><Latency ms={health.latencyMs.p50} />, <Latency ms={health.latencyMs.p95} />, <Latency ms={health.latencyMs.p99} /></span> },
          { label: "Retries", value: <Count value={health.retries} /> },
          { label: "Dead letters", value: <Count value={health.deadLetters} /> },
          { label: "Queue, oldest", value: health.queue.depth === null ? <Unknown>not measured</Unknown> : <><Count value={health.queue.depth} /> <span className="text-13 font-normal text-ink-3"><Duration seconds={health.queue.oldestSeconds} /></span></> },
          { label: "Last event", value: health.lastEventAt === null ? <Unknown>never</Unknown> : <span className={found.silent ? "t-caution" : undefined}><Age since={health.lastEventAt} suffix="ago" tabStop /></span> },
          { label: "Error budget left", value: health.slo.budgetLeft === null ? <Unknown>no data</Unknown> : <span className={health.slo.budgetLeft <= 0 ? "t-stop" : undefined}><Percent share={Math.max(0, health.slo.budgetLeft)} /></span> },
        ]}
      />
      <div className="with-rail">
        <div className="stack">
          <Panel title="Moves" sub={span} end={<span className="w-44"><HourStrip hours={found.strip} /></span>}>
            <LineChart
              sentence={`${formatCount(moves)} moves, ${formatCount(failed)} of them failed, in the ${span}`}
              series={[
                { key: "moves", label: `all ${formatCount(moves)}`, color: "var(--c1)", filled: true },
                { key: "failed", label: `failed ${formatCount(failed)}`, color: "var(--stop-fill)", dashed: true },
              ]}
              points={points}
              height={150}
            />
          </Panel>
          <Panel title="Latency p95, ms" sub={`objective ${formatLatency(one.latencyObjective)}`}>
            <LineChart sentence={`95 of 100 moves took ${health.latencyMs.p95 === null ? "an unknown time" : `at most ${formatLatency(health.latencyMs.p95)}`}`} series={[{ key: "p95", label: "p95 in milliseconds", color: "var(--c3)" }]} points={points} height={110} />
          </Panel>
          <Panel title="Errors by class" sub={`failed attempts, ${span}`} flush cards>
            <DataTable caption="Failed attempts by class and code" columns={ERRORS} rows={found.errors} rowId={(row) => `${row.class} ${row.code}`} cards blank={<p className="second px-3.5 py-3">No attempt failed in the {span}.</p>} />
          </Panel>
          <ExceptionLines
            exceptions={found.exceptions}
            none="No open exception belongs to it."
            more={
              found.exceptionCount > found.exceptions.length ? (
                <Link className="link" to={`/exceptions?integration=${encodeURIComponent(one.id)}`}>
                  Open all {formatCount(found.exceptionCount)}
                </Link>
              ) : null
            }
          />
        </div>
        <div className="stack">
          <Panel title="Objective">
            <KeyValue
              facts={[
                { label: "Success", value: <>at least <Percent share={health.slo.target} />{health.slo.actual === null ? null : <>, now <Percent share={health.slo.actual} /></>}</> },
                { label: "Latency", value: `p95 at most ${formatLatency(one.latencyObjective)}` },
                { label: "Silence", value: one.silentAfter === null ? "no limit" : `at most ${one.silentAfter} of working time` },
                { label: "Retries", value: `${one.attempts} attempts, an exception after ${one.retryGrace}` },
              ]}
            />
          </Panel>
          <Panel title="Whose it is">
            <KeyValue
              facts={[
                { label: "Business", value: <Owner {...one.business} /> },
                { label: "Technical", value: <Owner {...one.technical} /> },
                { label: "Support", value: one.support },
                { label: "Replay", value: <span className="flex flex-wrap gap-1.5">{one.replayTarget === null ? "cannot be replayed" : one.replayTarget}{one.postsMoney ? <Chip tone="caution" icon="caution">posts money</Chip> : null}{one.postsStock ? <Chip tone="caution" icon="caution">posts stock</Chip> : null}</span> },
                { label: "Steps", value: one.steps.join(", ") },
              ]}
            />
          </Panel>
          <div id="runbook">
            <Panel title={`Runbook: ${one.runbook.title}`}>
              <ol className="grid list-decimal gap-1.5 pl-4">
                {one.runbook.steps.map((step) => (
                  <li key={step}>{step}</li>
                ))}
              </ol>
            </Panel>
          </div>
        </div>
      </div>
    </>
  );
}

function Owner({ name, team, contact }: { name: string; team: string; contact: string }) {
  const [user = contact, host] = contact.split("@");
  return (
    <>
      {name}, {team}
      <span className="second block">
        {user}
        {host === undefined ? null : <>@<wbr />{host}</>}
      </span>
    </>
  );
}

/** Its state in a few words. */
function headline(found: Route.ComponentProps["loaderData"]): string {
  if (found.state === "failing") return `failing${found.errors[0]?.class ? `, mostly ${found.errors[0].class.replaceAll("_", " ")} errors` : ""}`;
  if (found.state === "late") return "silent for longer than agreed";
  if (found.verdict === "false_comfort") return "up, work not completed";
  return found.state === "no_data" ? "never heard of" : stateWord(found.state).toLowerCase();
}
