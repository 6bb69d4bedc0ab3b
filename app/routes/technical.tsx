import { data, Link, useLocation } from "react-router";
import { z } from "zod";
import { attemptFilter, listAttempts } from "#queries/clickhouse/technical/attempts.ts";
import { CursorError } from "#queries/model/cursor.ts";
import { FilterError, paging, parseFilter } from "#queries/model/filter.ts";
import { AttemptsPanel } from "../components/technical/AttemptsPanel.tsx";
import { CoursePanel } from "../components/technical/CoursePanel.tsx";
import { TechnicalFacts } from "../components/technical/TechnicalFacts.tsx";
import { TechnicalTable } from "../components/technical/TechnicalTable.tsx";
import { readMarks } from "../assistance/statements.ts";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Segmented } from "../components/Tabs.tsx";
import { integrationName, stepName } from "../exceptions/labels.ts";
import { HEALTH_WINDOWS } from "../integrations/health-view.ts";
import { LIST_WINDOWS } from "../integrations/list.ts";
import { COURSES, readTechnical, showRows, sortRows, TECHNICAL_SHOWS, TECHNICAL_SORTS, type TechnicalShow } from "../integrations/technical.ts";
import { withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/technical";

export const handle = pageHandle({ title: "Technical", live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Technical · Signalbox" }];
}

const asked = attemptFilter.extend({
  window: z.enum(LIST_WINDOWS).default("24h"), show: z.enum(TECHNICAL_SHOWS).default("all"), sort: z.enum(TECHNICAL_SORTS).default("group"), course: z.enum(COURSES).default("moves"),
  ...paging.shape, limit: paging.shape.limit.default(20),
});

/** Interfaces and the work behind them, the course over the window, a page of the failed attempts. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const current = catalogue.current();
  const now = new Date();
  try {
    const { window, show, sort, course, cursor, limit, ...filter } = parseFilter(asked, url.searchParams);
    const one = filter.integration.length === 1 ? (filter.integration[0] ?? "") : "";
    const from = new Date(now.getTime() - HEALTH_WINDOWS[window] * 60_000);
    const [technical, marks, attempts] = await Promise.all([
      readTechnical(stores.clickhouse, current, window, one, now, scope),
      readMarks(stores.clickhouse, current, now, scope),
      listAttempts(stores.clickhouse, filter, from, now, { cursor, limit }, scope),
    ]);
    return {
      asOf: now.toISOString(), window, show, sort, course, filter, wholeGroup: scope === "all", one: one === "" ? null : { id: one, name: integrationName(current, one) ?? one },
      rows: sortRows(showRows(technical.rows, show), sort).map((row) => ({ ...row, marks: marks.get(row.id) ?? [] })), counts: technical.counts, totals: technical.totals, points: technical.course,
      attempts: { ...attempts, first: cursor === undefined, items: attempts.items.map((item) => ({ ...item, integrationName: integrationName(current, item.integration) ?? item.integration, step: stepName(current, item.type) ?? item.type })) },
    };
  } catch (error) {
    if (error instanceof FilterError || error instanceof CursorError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** The technical view could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The technical view" back={{ label: "Integrations", to: "/integrations" }} />;
}

const SHOW_LABELS: Record<TechnicalShow, string> = { all: "All", failing: "Failing", late: "Silent", incomplete: "Up, work not completed", burning: "Budget burns", no_data: "No data" };

/** Whether the interfaces work, beside whether the work behind them is done. */
export default function Technical({ loaderData: found }: Route.ComponentProps) {
  const { search } = useLocation();
  const to = (changes: Record<string, string | null>) => withParameters(search, changes);
  return (
    <>
      <div className="listbar">
        <Segmented label="Window" items={LIST_WINDOWS.map((window) => ({ label: window.replace(/(\d+)/, "$1 "), to: to({ window: window === "24h" ? null : window }), current: found.window === window }))} />
        {found.one ? (
          <span className="second">
            only <Link className="link" to={`/integrations/${encodeURIComponent(found.one.id)}`}>{found.one.name}</Link>, <Link className="link" to={to({ integration: null })}>all again</Link>
          </span>
        ) : null}
      </div>
      <TechnicalFacts totals={found.totals} window={found.window} wholeGroup={found.wholeGroup} to={to} />
      <CoursePanel points={found.points} course={found.course} window={found.window} to={to} />
      <div className="listbar">
        <Segmented label="Show" items={TECHNICAL_SHOWS.map((show) => ({ label: SHOW_LABELS[show], count: found.counts[show], to: to({ show: show === "all" ? null : show }), current: found.show === show }))} />
      </div>
      <TechnicalTable rows={found.rows} grouped={found.sort === "group"} sort={found.sort} window={found.window} shown={SHOW_LABELS[found.show].toLowerCase()} all={found.counts.all} />
      <AttemptsPanel attempts={found.attempts} filter={found.filter} window={found.window} to={to} />
    </>
  );
}
