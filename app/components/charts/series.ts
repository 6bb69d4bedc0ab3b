/** One line of a chart. */
export interface ChartSeries {
  key: string;
  label: string;
  /** A token: `var(--c1)`, `var(--stop-fill)`; never a literal colour, so that themes switch without a redraw. */
  color: string;
  dashed?: boolean;
  filled?: boolean;
}

/** One moment: an instant and a value per series, null where there is no data; a series without a value there does not reach to it. */
export interface ChartPoint {
  at: string;
  values: Readonly<Record<string, number | null>>;
}

/** Whether a value stands alone: a line from nowhere to nowhere would not be seen. */
export function standsAlone(points: readonly ChartPoint[], key: string, index: number): boolean {
  const at = (i: number): number | null => points[i]?.values[key] ?? null;
  return at(index) !== null && at(index - 1) === null && at(index + 1) === null;
}

/** Runs of points where every series is missing, as first and last index, for the hatch. */
export function missingRuns(points: readonly ChartPoint[]): [number, number][] {
  const runs: [number, number][] = [];
  points.forEach((point, i) => {
    if (Object.values(point.values).some((value) => value !== null)) return;
    const last = runs.at(-1);
    if (last && last[1] === i - 1) last[1] = i;
    else runs.push([i, i]);
  });
  return runs;
}
