/** The clock of an expectation: when what is allowed runs out, with the times it stood still. Pure; instants in epoch ms. */
import { addWorking, addWorkingMs, workingBetween } from '#queries/catalogue/calendar.ts'
import type { CompiledCalendar } from '#queries/catalogue/calendar.ts'
import type { Pause } from '#queries/catalogue/schema.ts'
import type { ObjectEvent } from '#queries/clickhouse/finding/types.ts'

/** The clock stands still in [from, until). */
export interface Standstill { from: number; until: number }

/** A wait for a third party that a person set on an exception; `endedAt` null while it lasts. */
export interface Wait { process: string; milestone: string; from: number; until: number; endedAt: number | null; party: string }

/**
 * When `ms` of working time have run since `from`, not counting standstills. One that begins when the time is over already changes
 * nothing.
 */
export function runsOut(calendar: CompiledCalendar, from: number, ms: number, standstills: readonly Standstill[]): number {
  let at = from
  let left = ms
  for (const still of merged(standstills)) {
    if (still.until <= at) continue
    const running = Math.max(0, workingBetween(calendar, at, Math.max(at, still.from)))
    if (running >= left) break
    left -= running
    at = still.until
  }
  return addWorkingMs(calendar, at, left)
}

/**
 * A due time moved on by the working time of those parts of ended waits that came after it: who was late by an hour when the wait began
 * is late by an hour when it ends. What lasts still moves nothing: the trouble is there and stays as late as it was.
 */
export function movedBy(calendar: CompiledCalendar, dueAt: number, waits: readonly Wait[]): number {
  const ended = merged(waits.flatMap(wait => (wait.endedAt === null ? [] : [{ from: Math.max(wait.from, dueAt), until: wait.endedAt }])))
  const ms = ended.reduce((sum, still) => sum + Math.max(0, workingBetween(calendar, still.from, still.until)), 0)
  return ms === 0 ? dueAt : addWorkingMs(calendar, dueAt, ms)
}

/** Waits as standstills of a clock that has not run out: up to their end, else their planned end. */
export const standstillsOf = (waits: readonly Wait[]): Standstill[] => waits.map(wait => ({ from: wait.from, until: wait.endedAt ?? wait.until }))

/**
 * The standstills that events say, of a clock that began at `since` and was met at `metAt` (null: not yet). `events` in time order. A
 * pause that began before the clock did counts from its beginning on.
 */
export function pausesIn(events: readonly ObjectEvent[], pause: Pause | null, calendar: CompiledCalendar, since: number, metAt: number | null): Standstill[] {
  if (pause === null) return []
  const begins = new Set<string>(pause.from)
  const ends = new Set<string>(pause.until)
  const found: Standstill[] = []
  let open: number | null = null
  const close = (from: number, until: number) => {
    const longest = addWorking(calendar, Math.max(from, since), pause.atMost)
    if (until > since) found.push({ from: Math.max(from, since), until: Math.min(until, longest) })
  }
  const said = events.filter(event => event.status === 'succeeded' && (begins.has(event.type) || ends.has(event.type)) && (metAt === null || event.time < metAt))
  // of equal times the beginning counts first
  for (const event of said.toSorted((a, b) => a.time - b.time || Number(ends.has(a.type)) - Number(ends.has(b.type)))) {
    if (begins.has(event.type)) open ??= event.time
    else if (open !== null) {
      close(open, event.time)
      open = null
    }
  }
  if (open !== null) close(open, Infinity)
  return found
}

function merged(standstills: readonly Standstill[]): Standstill[] {
  const result: Standstill[] = []
  for (const still of standstills.filter(each => each.until > each.from).toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last && still.from <= last.until) last.until = Math.max(last.until, still.until)
    else result.push({ ...still })
  }
  return result
}
