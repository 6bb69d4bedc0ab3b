/** Durations and latencies as text: at most two units, a zero unit dropped, never rounded up. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A duration in seconds: `45 s`, `38 min`, `5 h 22 min`, `1 d 2 h`, `214 d`. Parts are cut, not rounded, so that
 * nothing looks later than it is; from 10 days on hours say nothing and are left out. The sign is dropped: say `over` or `left`.
 */
export function formatDuration(seconds: number): string {
  const total = Math.floor(Math.abs(seconds));
  if (!Number.isFinite(total)) return "unknown";
  if (total < MINUTE) return `${total} s`;
  if (total < HOUR) return `${Math.floor(total / MINUTE)} min`;
  if (total < DAY) return join(Math.floor(total / HOUR), "h", Math.floor((total % HOUR) / MINUTE), "min");
  const days = Math.floor(total / DAY);
  return days < 10 ? join(days, "d", Math.floor((total % DAY) / HOUR), "h") : `${days} d`;
}

function join(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`;
}

/** A latency in milliseconds: `640 ms`, `1.9 s`, `45 s`, then as a duration. */
export function formatLatency(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return "unknown";
  const whole = Math.max(0, Math.round(milliseconds));
  if (whole < 1000) return `${whole} ms`;
  if (whole < 10_000) return `${Math.floor(whole / 100) / 10} s`;
  return formatDuration(whole / 1000);
}

/** Seconds from one RFC 3339 instant to another; NaN if either cannot be read. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
