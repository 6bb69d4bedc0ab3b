/** When a batch runs: the instants of an integration's schedule. Cron in the schedule's own time zone, daylight saving included. */
import { Cron } from 'croner'
import { Temporal } from 'temporal-polyfill'
import type { Integration } from '#queries/catalogue/schema.ts'

type Schedule = NonNullable<Integration['schedule']>

/** The runs in [from, to], ascending, at most `most`. Throws for a cron expression that cannot be read. */
export function runsBetween(schedule: Schedule, from: Date, to: Date, most = 1000): Date[] {
  // Croner asks for runs after an instant: one that falls on it belongs to the range too.
  const cron = new Cron(schedule.cron, { timezone: schedule.timeZone })
  const runs: Date[] = []
  for (let run = cron.nextRun(new Date(from.getTime() - 1000)); run !== null && run <= to && runs.length < most; run = cron.nextRun(run)) if (run >= from) runs.push(run)
  return runs
}

/** The last `before` runs up to `now` and the next one: the bounds of windows, ascending. */
export function boundsAround(schedule: Schedule, now: Date, before: number): Date[] {
  const cron = new Cron(schedule.cron, { timezone: schedule.timeZone })
  // A run that falls on `now` is past.
  const past = cron.previousRuns(before, new Date(now.getTime() + 1000)).map(run => new Date(run)).filter(run => run <= now).sort((a, b) => a.getTime() - b.getTime())
  const next = cron.nextRun(now)
  return next === null ? past : [...past, next]
}

/** Days of a time zone: the midnights of the last `before` days, today's and tomorrow's, ascending. */
export function daysAround(zone: string, now: Date, before: number): Date[] {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).startOfDay()
  return Array.from({ length: before + 2 }, (_, index) => new Date(today.add({ days: index - before }).epochMilliseconds))
}
