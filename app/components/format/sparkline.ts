/** Geometry of a sparkline, apart from React so that it can be tested. */

export interface SparkGeometry {
  /** One path per unbroken run of values; a missing value breaks the line, it is never joined over. */
  lines: string[];
  areas: string[];
  /** Horizontal extent of each run of missing values, for the hatch. */
  gaps: { x: number; width: number }[];
  end: { x: number; y: number } | null;
}

/**
 * Lays values (null = no data) into a box of width × height with a margin for the end dot. The floor is zero, or closer where
 * all values are far from it: the number beside the line says how much, the line only how it went. `range`: fixed ends, for shares.
 */
export function sparkGeometry(values: readonly (number | null)[], width: number, height: number, range?: readonly [floor: number, top: number]): SparkGeometry {
  const margin = 3;
  const known = values.filter((v): v is number => v !== null);
  const top = range?.[1] ?? Math.max(...known, 0);
  // Twice the range at most, so that a change shows; never above zero's side of the smallest value.
  const least = known.length > 0 ? Math.min(...known) : 0;
  const floor = range ? range[0] : least > 0 ? Math.max(0, least - (Math.max(...known) - least)) : least;
  const span = top - floor || 1;
  const step = values.length > 1 ? (width - 2 * margin) / (values.length - 1) : 0;
  const x = (i: number): number => round(margin + i * step);
  const y = (v: number): number => round(height - margin - ((v - floor) / span) * (height - 2 * margin));
  const geometry: SparkGeometry = { lines: [], areas: [], gaps: [], end: null };
  let run: { x: number; y: number }[] = [];
  const close = (): void => {
    if (run.length > 0) {
      const line = run.map((p, i) => `${i === 0 ? "M" : "L"}${p.x} ${p.y}`).join("");
      geometry.lines.push(line);
      geometry.areas.push(`${line}L${run.at(-1)?.x ?? 0} ${height}L${run[0]?.x ?? 0} ${height}Z`);
    }
    run = [];
  };
  values.forEach((value, i) => {
    if (value === null) {
      close();
      const last = geometry.gaps.at(-1);
      const from = Math.max(0, x(i) - step / 2);
      if (last && Math.abs(last.x + last.width - from) < 0.2) last.width = round(last.width + step);
      else geometry.gaps.push({ x: round(from), width: round(Math.max(step, 2)) });
      return;
    }
    run.push({ x: x(i), y: y(value) });
  });
  close();
  const lastValue = values.at(-1);
  if (lastValue !== undefined && lastValue !== null) geometry.end = { x: x(values.length - 1), y: y(lastValue) };
  return geometry;
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}
