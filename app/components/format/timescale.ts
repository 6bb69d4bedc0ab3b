/** The waterfall's time axis: linear, or two linear parts with one drawn and named break where most of the time nothing happened. */

import { formatClock } from "./time.ts";

export interface TimeScale {
  /** Percent (0…100) of the lane for an instant in milliseconds; what lies outside is clamped to the edge. */
  position: (instant: number) => number;
  /** Where the break is drawn, in percent, or null. */
  breakAt: number | null;
  ticks: { at: number; label: string }[];
  /** What the scale does, in words, or null when it is plain. */
  note: string | null;
}

/** Share of the lane for the first part, where something happened after the break and where nothing did, and the room the break itself takes. */
const FIRST_PART = 45;
const ALL_BUT_NOW = 88;
const BREAK_ROOM = 4;

const YEAR = 31_536e6;

/** Steps a person reads easily, in milliseconds. */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 108e5, 216e5, 432e5, 864e5, 1728e5, 6048e5, 12096e5, 2592e6, 7776e6];

/**
 * Builds the scale for the instants that must be readable (milliseconds since 1970), up to `now`. A break is drawn when one
 * silent gap is more than 20 times longer than all that lies before it. Zone names the clock for the labels.
 */
export function timeScale(instants: readonly number[], now: number, zone: string): TimeScale {
  const points = [...new Set([...instants.filter((t) => Number.isFinite(t)), now])].sort((a, b) => a - b);
  const start = points[0] ?? now;
  const end = Math.max(points.at(-1) ?? now, start + 1);
  const split = findBreak(points);
  if (!split) {
    const position = (t: number): number => clamp(((t - start) / (end - start)) * 100);
    return { position, breakAt: null, ticks: ticks(start, end, zone, position, 4, true), note: null };
  }
  const [leftEnd, rightStart] = split;
  const pad = Math.max(1, (leftEnd - start) * 0.04);
  const leftSpan = Math.max(1, leftEnd + pad - start);
  const rightSpan = Math.max(1, end - rightStart);
  const nothingSince = rightStart >= end;
  const leftPart = nothingSince ? ALL_BUT_NOW : FIRST_PART;
  const rightFrom = leftPart + BREAK_ROOM;
  const position = (t: number): number => {
    if (t <= start + leftSpan) return clamp(((t - start) / leftSpan) * leftPart);
    if (t < rightStart) return leftPart + (BREAK_ROOM * (t - start - leftSpan)) / Math.max(1, rightStart - start - leftSpan);
    return nothingSince ? 100 : clamp(rightFrom + ((t - rightStart) / rightSpan) * (100 - rightFrom));
  };
  return {
    position,
    breakAt: leftPart + BREAK_ROOM / 2,
    ticks: [...ticks(start, start + leftSpan, zone, position, nothingSince ? 4 : 3, true), ...ticks(rightStart, end, zone, position, 2, false)],
    note: nothingSince ? `Time scale: ${unitOf(leftSpan)} until ≈, then nothing until now` : `Time scale: ${unitOf(leftSpan)} until ≈, then ${unitOf(rightSpan)}`,
  };
}

/** The silence that dwarfs all before it, as its two ends, or null. At least two instants stay on its left. */
function findBreak(points: readonly number[]): [number, number] | null {
  const start = points[0] ?? 0;
  for (let i = 1; i < points.length - 1; i += 1) {
    const here = points[i] ?? start;
    const next = points[i + 1] ?? here;
    if (here > start && next - here > 20 * (here - start)) return [here, next];
  }
  return null;
}

function ticks(from: number, to: number, zone: string, position: (t: number) => number, most: number, relative: boolean): { at: number; label: string }[] {
  const step = STEPS.find((s) => (to - from) / s <= most) ?? Math.ceil((to - from) / most / YEAR) * YEAR;
  const found: { at: number; label: string }[] = [];
  const first = relative ? from + step : Math.ceil(from / step) * step;
  for (let t = first; t < to - step * 0.3; t += step) {
    found.push({ at: position(t), label: relative ? `+${short(t - from)}` : (formatClock(new Date(t).toISOString(), zone) ?? "") });
  }
  return found;
}

function short(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 6e4) return `${ms / 1000} s`;
  if (ms < 36e5) return `${Math.round(ms / 6e4)} min`;
  if (ms < 864e5) return `${Math.round(ms / 36e5)} h`;
  return `${Math.round(ms / 864e5)} d`;
}

function unitOf(span: number): string {
  if (span < 2e3) return "milliseconds";
  if (span < 12e4) return "seconds";
  if (span < 72e5) return "minutes";
  if (span < 1728e5) return "hours";
  return "days";
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}
