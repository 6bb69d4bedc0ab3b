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
