/**
 * Instants as text in the reader's zone. Names of months and days are ours: the same instant must read the same from the
 * server's and from the browser's locale data, or the page would be redrawn on arrival.
 */

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

interface Parts {
  year: number;
  month: number;
  day: number;
  weekday: number;
  hour: string;
  minute: string;
  second: string;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function parts(instant: number, zone: string): Parts {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
    formatters.set(zone, formatter);
  }
  const found: Record<string, string> = {};
  for (const part of formatter.formatToParts(instant)) found[part.type] = part.value;
  const year = Number(found.year);
  const month = Number(found.month);
  const day = Number(found.day);
  return { year, month, day, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(), hour: found.hour ?? "00", minute: found.minute ?? "00", second: found.second ?? "00" };
}

/** Whether this runtime knows the IANA zone. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** The zone's short name at that instant: `CET`, `CEST`, `UTC`, `GMT+4`. */
export function zoneName(instant: string, zone: string): string {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) return zone;
  const part = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "short" }).formatToParts(time).find((p) => p.type === "timeZoneName");
  return part?.value ?? zone;
}

/** `14:32:08`, or `14:32` without seconds; `null` if the instant cannot be read. */
export function formatClock(instant: string, zone: string, seconds = false): string | null {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) return null;
  const p = parts(time, zone);
  return seconds ? `${p.hour}:${p.minute}:${p.second}` : `${p.hour}:${p.minute}`;
}

/** `20 Nov`, with the year when it is not that of `now`: `20 Nov 2025`. */
export function formatDay(instant: string, zone: string, now?: string): string | null {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) return null;
  const p = parts(time, zone);
  const day = `${p.day} ${MONTHS[p.month - 1]}`;
  return now !== undefined && parts(Date.parse(now), zone).year === p.year ? day : `${day} ${p.year}`;
}

/** The shortest unmistakable time beside `now`: `14:32` today, else `20 Nov 14:32`, else `20 Nov 2025`. */
export function formatMoment(instant: string, zone: string, now: string): string | null {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) return null;
  const at = parts(time, zone);
  const today = parts(Date.parse(now), zone);
  if (at.year !== today.year) return formatDay(instant, zone, now);
  if (at.month === today.month && at.day === today.day) return formatClock(instant, zone);
  return `${at.day} ${MONTHS[at.month - 1]} ${at.hour}:${at.minute}`;
}

/** The exact instant for a tooltip: `Fri 20 Nov 2026, 14:32:08.114 CET`; milliseconds only when there are some. */
export function formatExact(instant: string, zone: string): string | null {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) return null;
  const p = parts(time, zone);
  const ms = time % 1000 === 0 ? "" : `.${String(((time % 1000) + 1000) % 1000).padStart(3, "0")}`;
  return `${DAYS[p.weekday]} ${p.day} ${MONTHS[p.month - 1]} ${p.year}, ${p.hour}:${p.minute}:${p.second}${ms} ${zoneName(instant, zone)}`;
}

/** For the freshness pill: `14:32:08 CET, Fri 20 Nov`. */
export function formatAsOf(instant: string, zone: string): string | null {
  const time = Date.parse(instant);
  if (Number.isNaN(time)) return null;
  const p = parts(time, zone);
  return `${p.hour}:${p.minute}:${p.second} ${zoneName(instant, zone)}, ${DAYS[p.weekday]} ${p.day} ${MONTHS[p.month - 1]}`;
}
