import { data, Link, useLocation } from "react-router";
import { z } from "zod";
import { FilterError, parseFilter } from "#queries/model/filter.ts";
import { FeedStrips } from "../components/feeds/FeedStrips.tsx";
import { RunsTable } from "../components/feeds/RunsTable.tsx";
import { FEED_LOOK } from "../components/feeds/states.ts";
import { FilterChips } from "../components/FilterChips.tsx";
import { formatCount } from "../components/format/money.ts";
import { FactStrip } from "../components/KeyValue.tsx";
import { Note } from "../components/Note.tsx";
import { Count } from "../components/Percent.tsx";
import { Pagination } from "../components/Pagination.tsx";
import { PageError } from "../components/shell/PageError.tsx";
import { pageHandle } from "../components/shell/page.ts";
import { Segmented } from "../components/Tabs.tsx";
import { Unknown } from "../components/Unknown.tsx";
import { facilityName, integrationName } from "../exceptions/labels.ts";
import { FEED_STATES, FEED_TROUBLE, readFeeds, type FeedState } from "../feeds/feeds.ts";
import { activeFilters } from "../lists/facets.ts";
import { withParameters } from "../paths.ts";
import { requireScope, servicesContext } from "../server/context.ts";
import type { Route } from "./+types/feeds";

export const handle = pageHandle({ title: "Feeds", facilities: true, live: "follow" });

/** Title of the page. */
export function meta() {
  return [{ title: "Feeds · Signalbox" }];
}

const DAYS = { "14d": 14, "30d": 30 } as const;
const words = z.array(z.string().max(200)).default([]);
const asked = z.strictObject({ facility: words, integration: words, show: z.enum(["all", "trouble", ...FEED_STATES]).default("all"), window: z.enum(["14d", "30d"]).default("14d"), after: z.coerce.number().int().min(0).max(10_000).default(0) });
/** Runs on a page; the strips hold all. */
const SHOWN = 50;
const LABELS = { facility: "Facility", integration: "Integration" } as const;

/** The feeds by window and their runs. */
export async function loader({ context, url }: Route.LoaderArgs) {
  const { stores, catalogue } = context.get(servicesContext);
  const scope = requireScope(context, "read");
  const current = catalogue.current();
  const now = new Date();
  try {
    const { show, window, after, ...filter } = parseFilter(asked, url.searchParams);
    const found = await readFeeds(stores.clickhouse, current, filter, DAYS[window], now, scope);
    const wanted = (state: FeedState): boolean => show === "all" || (show === "trouble" ? FEED_TROUBLE.includes(state) : state === show);
    const runs = found.runs.filter((run) => wanted(run.state));
    return {
      asOf: now.toISOString(), show, window, days: DAYS[window], feeds: found.feeds, counts: found.counts, all: found.runs.length, whole: scope === "all" && filter.facility.length === 0,
      missed: wanted("missed") && after === 0 ? found.missed.toSorted((a, b) => (a.at < b.at ? 1 : -1)) : [], runs: runs.slice(after, after + SHOWN), after, found: runs.length,
      filters: activeFilters(url.searchParams, LABELS, (name, value) => (name === "facility" ? facilityName(current, value) : (integrationName(current, value) ?? value))),
    };
  } catch (error) {
    if (error instanceof FilterError) throw data(error.message, { status: 400 });
    throw error;
  }
}

/** The feeds could not be shown. */
export function ErrorBoundary() {
  return <PageError what="The feeds" />;
}

const SHOWS = ["all", "trouble", "missed", "failed", "differs", "late", "running"] as const;
const SHOW_WORDS: Record<string, string> = { all: "All", trouble: "Trouble" };

/** Which feed ran in which window, what it brought, and whether its totals agree. */
export default function Feeds({ loaderData: found }: Route.ComponentProps) {
  const { search } = useLocation();
  const to = (changes: Record<string, string | null>) => withParameters(search, changes);
  const { counts } = found;
  const trouble = FEED_TROUBLE.reduce((sum, state) => sum + counts[state], 0);
  const numberOf = (state: FeedState) => (counts[state] === 0 ? <Count value={0} /> : <Link className={FEED_TROUBLE.includes(state) ? "t-stop hover:underline" : "hover:underline"} to={to({ show: state, after: null })}>{formatCount(counts[state])}</Link>);
  return (
    <>
      <div className="listbar">
        <Segmented label="Window" items={(["14d", "30d"] as const).map((window) => ({ label: window.replace("d", " d"), to: to({ window: window === "14d" ? null : window, after: null }), current: found.window === window }))} />
        <FilterChips filters={found.filters} clearTo="/feeds" />
      </div>
      <FactStrip
        facts={[
          { label: "Missed windows", value: found.whole ? numberOf("missed") : <Unknown>outside your scope</Unknown> },
          { label: "Failed", value: numberOf("failed") },
          { label: "Totals differ", value: numberOf("differs") },
          { label: "Late now", value: numberOf("late") },
          { label: "Loaded late", value: numberOf("loaded_late") },
          { label: "Running", value: numberOf("running") },
          { label: "Loaded in time", value: numberOf("loaded") },
        ]}
      />
      {found.whole ? null : (
        <Note tone="unknown">Whether a window was missed is only known on the data of the whole group: a run of another facility is not seen here. Hatched windows are not known.</Note>
      )}
      <FeedStrips feeds={found.feeds} days={found.days} />
      <div className="listbar">
        <Segmented label="Show" items={SHOWS.map((show) => ({ label: SHOW_WORDS[show] ?? capital(FEED_LOOK[show as FeedState].words), count: show === "all" ? found.all + counts.missed : show === "trouble" ? trouble : counts[show as FeedState], to: to({ show: show === "all" ? null : show, after: null }), current: found.show === show }))} />
      </div>
      <RunsTable runs={found.runs} missed={found.missed} title={found.show === "all" ? "Runs" : `Runs: ${SHOW_WORDS[found.show]?.toLowerCase() ?? FEED_LOOK[found.show as FeedState].words}`} filtered={found.show !== "all" || found.filters.length > 0} />
      {found.found > SHOWN || found.after > 0 ? <Pagination text={`${formatCount(Math.min(found.after + 1, found.found))}–${formatCount(found.after + found.runs.length)} of ${formatCount(found.found)} ${found.found === 1 ? "run" : "runs"}`} firstTo={found.after > 0 ? to({ after: null }) : null} nextTo={found.after + SHOWN < found.found ? to({ after: String(found.after + SHOWN) }) : null} /> : null}
    </>
  );
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
