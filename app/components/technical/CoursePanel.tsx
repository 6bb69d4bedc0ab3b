import type { ReactNode } from "react";
import { COURSES, type Course, type CoursePoint } from "../../integrations/technical.ts";
import type { ListWindow } from "../../integrations/list.ts";
import type { ChartSeries } from "../charts/series.ts";
import { LineChart } from "../charts/LineChart.tsx";
import { formatLatency } from "../format/duration.ts";
import { formatCount } from "../format/money.ts";
import { Panel } from "../Panel.tsx";
import { Segmented } from "../Tabs.tsx";

const LABELS: Record<Course, string> = { moves: "Moves", errors: "Errors", latency: "Latency", queue: "Queue" };
const STEPS: Record<ListWindow, string> = { "1h": "per 2 minutes", "24h": "per 30 minutes", "7d": "per 3 hours" };
type Key = keyof CoursePoint["values"];

/** How the interfaces did over the window: moves, errors, latency percentiles or queues. */
export function CoursePanel({ points, course, window, to }: { points: readonly CoursePoint[]; course: Course; window: ListWindow; to: (changes: Record<string, string | null>) => string }): ReactNode {
  const known = (key: Key): number[] => points.flatMap((point) => point.values[key] ?? []);
  const sum = (key: Key): number => known(key).reduce((total, value) => total + value, 0);
  const most = (key: Key): number => Math.max(0, ...known(key));
  const line = (key: Key, label: string, color: string, more: Partial<ChartSeries> = {}): ChartSeries => ({ key, label, color, ...more });
  const shown: Record<Course, { sub: string; sentence: string; series: ChartSeries[] }> = {
    moves: {
      sub: STEPS[window], sentence: `${formatCount(sum("moves"))} moves in the window, ${formatCount(sum("failed"))} of them failed`,
      series: [line("moves", `all ${formatCount(sum("moves"))}`, "var(--c1)", { filled: true }), line("failed", `failed ${formatCount(sum("failed"))}`, "var(--stop-fill)", { dashed: true })],
    },
    errors: {
      sub: STEPS[window], sentence: `${formatCount(sum("failed"))} moves failed, ${formatCount(sum("retries"))} were tried again, ${formatCount(sum("dead"))} were given up`,
      series: [line("failed", `failed ${formatCount(sum("failed"))}`, "var(--stop-fill)"), line("retries", `tried again ${formatCount(sum("retries"))}`, "var(--c2)", { dashed: true }), line("dead", `given up ${formatCount(sum("dead"))}`, "var(--c4)")],
    },
    latency: {
      sub: `milliseconds, ${STEPS[window]}`, sentence: `The slowest steps: p50 ${formatLatency(most("p50"))}, p95 ${formatLatency(most("p95"))}, p99 ${formatLatency(most("p99"))}`,
      series: [line("p50", "p50", "var(--c1)"), line("p95", "p95", "var(--c3)"), line("p99", "p99", "var(--c4)", { dashed: true })],
    },
    queue: {
      sub: `deepest measure ${STEPS[window]}`, sentence: `At most ${formatCount(most("depth"))} waited in queues, the oldest for ${formatCount(most("oldest"))} seconds`,
      series: [line("depth", `waiting, at most ${formatCount(most("depth"))}`, "var(--c1)", { filled: true }), line("oldest", `oldest, seconds, at most ${formatCount(most("oldest"))}`, "var(--c2)", { dashed: true })],
    },
  };
  const { sub, sentence, series } = shown[course];
  return (
    <Panel title="Over time" sub={sub} end={<Segmented label="Course" items={COURSES.map((each) => ({ label: LABELS[each], to: to({ course: each === "moves" ? null : each }), current: course === each }))} />}>
      <LineChart sentence={sentence} series={series} points={points.map((point) => ({ at: point.at, values: Object.fromEntries(series.map((one) => [one.key, point.values[one.key as Key]])) }))} height={140} />
    </Panel>
  );
}
