/** Each integration as it is judged: its hours, the wall clock it mostly moves by, and which days are no ordinary ones there. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { UNSCOPED } from '#queries/clickhouse/define-query.ts'
import { facilityShares, heardHours, hourlyMoves } from '#queries/clickhouse/assistance/hours.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Subject } from './anomalies.ts'
import { dateOfDay, LocalHours, WEEK } from './local-hours.ts'
import { HourSeries, type MovedHours } from './series.ts'

/** A day is no ordinary one where facilities with this share of what moves have a day with hours of its own in their calendar. */
const SPECIAL_SHARE = 0.25
/** Weeks that say whose an integration's moves are. */
const SHARE_WEEKS = 6

export interface Subjects { byIntegration: Map<string, Subject>; /** one for each hour in which anything was heard of anything, whatever the scope */ heard: HourSeries }

/** Every integration of the scope that moved anything in [from, to) (epoch hours). */
export async function readSubjects(clickhouse: ClickHouse, catalogue: Catalogue, from: number, to: number, scope: Scope): Promise<Subjects> {
  const [moved, shares, heard] = await Promise.all([
    hourlyMoves.run(clickhouse, { from, to }, scope), facilityShares.run(clickhouse, { from: Math.max(from, to - SHARE_WEEKS * WEEK), to }, scope),
    // who sees all has it already
    scope === 'all' ? [] : heardHours.run(clickhouse, { from, to }, UNSCOPED),
  ])
  return subjectsOf(catalogue, moved, shares, scope === 'all' ? moved.flatMap(one => one.hours) : (heard[0]?.hours ?? []), from, to)
}

/** The same from what moved, whose it was, and the hours in which anything was heard. Pure. */
export function subjectsOf(catalogue: Catalogue, moved: readonly (MovedHours & { integration: string })[], shares: readonly (Share & { integration: string })[], heardIn: readonly number[], from: number, to: number): Subjects {
  const heard = new HourSeries(from, to, { hours: heardIn, moves: heardIn.map(() => 1), durations: [], logs: [] })
  const byIntegration = Map.groupBy(shares, row => row.integration)
  const clocks = new Map<string, LocalHours>()
  const clockOf = (zone: string): LocalHours => {
    const clock = clocks.get(zone) ?? new LocalHours(zone)
    clocks.set(zone, clock)
    return clock
  }
  const home = homeZone(catalogue)
  return {
    heard,
    byIntegration: new Map(moved.map((row): [string, Subject] => {
      const own = byIntegration.get(row.integration) ?? []
      return [row.integration, { series: new HourSeries(from, to, row), clock: clockOf(zoneOf(catalogue, own) ?? home), special: specialDays(catalogue, own), heard }]
    })),
  }
}

/** The zone of most facilities: for what belongs to none. */
export function homeZone(catalogue: Catalogue): string {
  const [most] = [...Map.groupBy(catalogue.facilities.values(), facility => facility.timeZone)].sort(([a, own], [b, others]) => others.length - own.length || (a < b ? -1 : 1))
  return most?.[0] ?? 'UTC'
}

interface Share { facility: string; moves: number }

/** The zone in which most of it moves; undefined where it belongs to no known facility. */
function zoneOf(catalogue: Catalogue, shares: readonly Share[]): string | undefined {
  const moves = new Map<string, number>()
  for (const share of shares) {
    const zone = catalogue.facility(share.facility)?.timeZone
    if (zone !== undefined) moves.set(zone, (moves.get(zone) ?? 0) + share.moves)
  }
  return [...moves].sort(([a, own], [b, others]) => others - own || (a < b ? -1 : 1))[0]?.[0]
}

/** Whether a day ({@link LocalHours.day}) is named by the calendars of facilities that carry enough of what moves. */
function specialDays(catalogue: Catalogue, shares: readonly Share[]): (day: number) => boolean {
  const all = shares.reduce((sum, share) => sum + share.moves, 0)
  const known = new Map<number, boolean>()
  return day => {
    const before = known.get(day)
    if (before !== undefined) return before
    const date = dateOfDay(day)
    const named = shares.filter(share => share.facility !== '' && catalogue.calendarFor('facility', share.facility).hours?.isNamed(date) === true).reduce((sum, share) => sum + share.moves, 0)
    const special = all > 0 && named >= all * SPECIAL_SHARE
    known.set(day, special)
    return special
  }
}
