/**
 * What comes again at the same time: every Monday at six, every working day at two, every night. Pure.
 *
 * Told from the hours of the wall clock in which something happened, however often within the hour. For a rhythm (weekly, working days,
 * daily) and a time (one hour, or two in a row, since what drifts a little falls into either) it counts the occasions since it first
 * happened at one and how many of them it hit. It is named only if it hit most of them, hit one of the last two, and chance would do so
 *PLACE
 */
import { WEEK, type LocalHours } from './local-hours.ts'
import { atLeast } from './robust.ts'

export const RHYTHMS = ['daily', 'working_days', 'weekly'] as const
export type Rhythm = (typeof RHYTHMS)[number]

export interface Occasion {
  /** epoch hours [from, to) */
  from: number
  to: number
  /** how often it happened in it; 0: it did not */
  count: number
}

export interface Recurrence {
  rhythm: Rhythm
  /** hour of the week on the wall clock (weekly: 0–167, Monday 00:00 is 0) or of the day (0–23), and how many hours from there */
  at: number
  hours: 1 | 2
  /** occasions from the first hit on, oldest first */
  occasions: Occasion[]
  hits: number
  /** times it happened at the occasions, and at all in the same time */
  within: number
  total: number
  /** the probability that chance alone would look like this anywhere, at most 1 */
  chance: number
  /** the next occasion, epoch hour of its beginning */
  next: number
}

/** How much there was to go wrong in [from, to) of epoch hours. */
export type Exposure = (from: number, to: number) => number

/** Hits without which nothing is named. */
const LEAST_HITS: Record<Rhythm, number> = { daily: 7, working_days: 5, weekly: 4 }
/** Share of the occasions that it hit. */
const LEAST_SHARE = 0.75
/** Share of all that happened which must have been at the occasions: what fails all the time also fails on Mondays. */
const LEAST_WITHIN = 0.3
const MOST_CHANCE = 0.001
/** Rhythms × times × widths: 24 + 24 + 168, each with one hour and two. */
const TIMES = (24 + 24 + WEEK) * 2

/**
 * The rhythms in what happened in [from, to) (epoch hours); `happened` is hour → how often. The most telling first, and none that another
 * explains already (every Monday at six, where it is every day at six). `exposure`: how much there was in [from, to) to go wrong, in any unit.
 */
export function recurrences(happened: ReadonlyMap<number, number>, from: number, to: number, clock: LocalHours, exposure: Exposure = (begin, end) => end - begin): Recurrence[] {
  const hours = [...happened.keys()].filter(hour => hour >= from && hour < to && (happened.get(hour) ?? 0) > 0).sort((a, b) => a - b)
  if (hours.length < Math.min(...Object.values(LEAST_HITS))) return []
  const found: Recurrence[] = []
  for (const rhythm of RHYTHMS) {
    const starts = startsOf(rhythm, from, to, clock)
    for (const width of [1, 2] as const) {
      for (const at of new Set(hours.flatMap(hour => startsAround(rhythm, hour, width, clock)))) {
        const recurrence = judgeTime({ rhythm, at, hours: width }, starts.get(at) ?? [], hours, happened, to, clock, exposure)
        if (recurrence) found.push(recurrence)
      }
    }
  }
  return withoutExplained(found)
}

type Time = Pick<Recurrence, 'rhythm' | 'at' | 'hours'>

/** The times of a rhythm that an hour falls into. */
function startsAround(rhythm: Rhythm, hour: number, width: 1 | 2, clock: LocalHours): number[] {
  const at = clock.hourOfWeek(hour)
  return Array.from({ length: width }, (_, back) => {
    const start = (at - back + WEEK) % WEEK
    return rhythm === 'weekly' ? start : start % 24
  })
}

function judgeTime(time: Time, begins: readonly number[], hours: readonly number[], happened: ReadonlyMap<number, number>, to: number, clock: LocalHours, exposure: Exposure): Recurrence | null {
  const ordered = begins.filter(start => start + time.hours <= to).map((start): Occasion => ({ from: start, to: start + time.hours, count: countIn(happened, start, time.hours) }))
  const last = ordered.slice(-2)
  if (!last.some(each => each.count > 0)) return null
  const starts = ordered.flatMap((each, index) => (each.count > 0 ? [index] : []))
  // The earliest beginning from which on it hit most occasions.
  for (const start of starts) {
    const occasions = ordered.slice(start)
    const hits = occasions.filter(each => each.count > 0).length
    if (hits < LEAST_HITS[time.rhythm]) return null
    if (hits / occasions.length < LEAST_SHARE) continue
    const begin = (occasions[0] as Occasion).from
    const inside = new Set(occasions.flatMap(each => Array.from({ length: time.hours }, (_, index) => each.from + index)))
    const own = hours.filter(hour => hour >= begin)
    const others = own.filter(hour => !inside.has(hour)).length
    const there = occasions.reduce((sum, each) => sum + exposure(each.from, each.to), 0)
    const elsewhere = exposure(begin, to) - there
    if (elsewhere <= 0) continue
    // One more than was seen: an hour without is no proof that it cannot be.
    const expected = ((others + 1) / elsewhere) * (there / occasions.length)
    // The first hit made it a beginning: it proves nothing.
    const chance = Math.min(1, atLeast(hits - 1, occasions.length - 1, 1 - Math.exp(-expected)) * TIMES * starts.length)
    const within = occasions.reduce((sum, each) => sum + each.count, 0)
    const total = own.reduce((sum, hour) => sum + (happened.get(hour) ?? 0), 0)
    if (chance > MOST_CHANCE || within < total * LEAST_WITHIN) continue
    return { ...time, occasions, hits, within, total, chance, next: nextOf(time, to, clock) }
  }
  return null
}

/** Time of a rhythm → the hours of [from, to) that are it, oldest first. */
function startsOf(rhythm: Rhythm, from: number, to: number, clock: LocalHours): Map<number, number[]> {
  const starts = new Map<number, number[]>()
  for (let hour = from; hour < to; hour++) {
    const at = timeOf(rhythm, hour, clock)
    if (at === null) continue
    const known = starts.get(at)
    if (known) known.push(hour)
    else starts.set(at, [hour])
  }
  return starts
}

/** The time of a rhythm that begins with this hour; null on days that it leaves out. */
function timeOf(rhythm: Rhythm, hour: number, clock: LocalHours): number | null {
  const at = clock.hourOfWeek(hour)
  if (rhythm === 'weekly') return at
  return rhythm === 'working_days' && at >= 5 * 24 ? null : at % 24
}

function nextOf(time: Time, to: number, clock: LocalHours): number {
  for (let hour = to; hour < to + WEEK + 2; hour++) if (timeOf(time.rhythm, hour, clock) === time.at) return hour
  return to
}

function countIn(happened: ReadonlyMap<number, number>, start: number, width: number): number {
  let count = 0
  for (let hour = start; hour < start + width; hour++) count += happened.get(hour) ?? 0
  return count
}

/** One hour speaks for two where both would do; a rhythm speaks for all narrower ones at its time. */
function withoutExplained(found: readonly Recurrence[]): Recurrence[] {
  // Three of four days are hit by what leaves the weekends out, too.
  const meant = found.filter(one => one.rhythm !== 'daily' || !found.some(other => other.rhythm === 'working_days' && overlaps(one, other) && shareOf(other) > shareOf(one) + 0.1))
  const rank = (one: Recurrence): number => RHYTHMS.indexOf(one.rhythm) * 2 + one.hours
  const kept: Recurrence[] = []
  // Hits decide first between times of one rhythm: of two windows over one drifting time the fuller one is meant.
  const ordered = meant.sort((a, b) => RHYTHMS.indexOf(a.rhythm) - RHYTHMS.indexOf(b.rhythm) || shareOf(b) - shareOf(a) || rank(a) - rank(b) || b.within - a.within || a.at - b.at)
  for (const one of ordered) if (!kept.some(other => overlaps(one, other))) kept.push(one)
  return kept.sort((a, b) => a.chance - b.chance || b.hits - a.hits)
}

const shareOf = (one: Recurrence): number => one.hits / one.occasions.length

function overlaps(a: Recurrence, b: Recurrence): boolean {
  const hoursOf = (one: Recurrence): number[] => Array.from({ length: one.hours }, (_, index) => (one.at + index) % 24)
  if (!hoursOf(a).some(hour => hoursOf(b).includes(hour))) return false
  if (a.rhythm !== 'weekly' || b.rhythm !== 'weekly') return true
  return Math.min(Math.abs(a.at - b.at), WEEK - Math.abs(a.at - b.at)) < Math.max(a.hours, b.hours)
}
