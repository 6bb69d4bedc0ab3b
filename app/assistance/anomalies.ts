/**
 * Whether an integration moves as much and answers as fast as it usually does at this time of the week. Pure.
 *
 * The last hours, up to a whole one, are compared with the same stretch of the wall clock in each of the weeks before (up to 12): median
 * and median deviation, so one bad week among them changes little. A stretch on a public holiday is compared with nothing and is no
 * comparison; a stretch from before the integration was first heard of, or in which nothing at all was heard of anything, is missing and
 * not zero. How many hours: the shortest stretch that usually holds enough to tell a difference from chance.
 *
 * Something is said only if the figure lies outside everything compared but one (a bad week hides no other), far outside what it usually
 * differs by, and is half or double: what is merely unlikely happens every week where sixty integrations are looked at every hour.
 */
import { deviationOf, type Deviation } from './robust.ts'
import type { LocalHours } from './local-hours.ts'
import type { HourSeries } from './series.ts'

export const STRETCHES = [1, 3, 6, 12, 24] as const
/** Weeks looked back for the same stretch, and how many of them must be comparable. */
export const WEEKS = 12
const LEAST_WEEKS = 6
/** Moves that a stretch must usually hold; chance alone (Poisson) halves 20 about once in 100 and never empties it. */
const LEAST_MOVES = 20
/** Moves that it must usually hold for none at all to be silence: by chance 12 become none six times in a million. */
const LEAST_FOR_SILENCE = 12
/** Of the weeks compared, all but one must have moved so much then: what often pauses is not silent. */
const LEAST_EACH_WEEK = 4
/** Moves with a duration that a stretch must hold, now and in the weeks compared. */
const LEAST_TIMED = 20
/** Variance of a median of n figures, in variances of one figure ÷ n (π ÷ 2): what is usual is itself only known so well. */
const MEDIAN_VARIANCE = Math.PI / 2
/** Deviations of what is usual beyond which something is said: fewer below, since chance (Poisson) reaches further up than down. */
const LEAST_SCORE = { less: 3, more: 5, slower: 4 } as const
const HALF = 0.5
const DOUBLE = 2
/** Latency counts as slower from here. */
const SLOWER = 1.5
/** Least deviation of a mean binary logarithm of latency: a tenth. */
const LEAST_LOG_DEVIATION = 0.15
/** Hours without a word that do not end an episode. */
const PAUSE_HOURS = 24
/** How far back the beginning of what lasts is looked for. */
const LONGEST_HOURS = 7 * 24

/** What an integration is judged by. */
export interface Subject {
  series: HourSeries
  clock: LocalHours
  /** true on days (of {@link LocalHours.day}) that are no ordinary ones where it mostly moves */
  special: (day: number) => boolean
  /** the hours in which anything was heard of anything */
  heard: HourSeries
}

export type Measure = 'volume' | 'latency'
export type Change = 'silent' | 'less' | 'more' | 'slower'

/** A stretch of a week before, and what it held. */
export interface Compared { from: number; to: number; value: number }

export interface Anomaly {
  measure: Measure
  change: Change
  /** the stretch it was last seen in, epoch hours [from, to) */
  from: number
  to: number
  /** moves, or the geometric mean of the latency in ms */
  value: number
  /** moves or ms; for latency the score is over logarithms */
  deviation: Deviation
  compared: Compared[]
  /** epoch hour from which on every stretch was like that; for silence the end of the last hour in which something moved */
  since: number
}

/** Why nothing could be said, where nothing was. */
export type Unjudged = 'too_little' | 'too_short' | 'special_day' | 'no_data'
export type Judgement = { anomaly: Anomaly | null; unjudged: null } | { anomaly: null; unjudged: Unjudged }

/** Judges the stretch that ends at the epoch hour `to`. */
export function judge(subject: Subject, measure: Measure, to: number): Judgement {
  const found = judgeAt(subject, measure, to)
  if (found.anomaly === null) return found
  const since = beginOf(subject, found.anomaly)
  return { anomaly: { ...(found.anomaly.change === 'silent' ? wholeSilence(subject, found.anomaly, since) : found.anomaly), since }, unjudged: null }
}

/** Silence is told as long as it lasts, against the same stretches, where enough of them can be compared. */
function wholeSilence(subject: Subject, anomaly: Anomaly, since: number): Anomaly {
  const compared = comparable(subject, 'volume', since, anomaly.to)
  return compared.length < LEAST_WEEKS ? anomaly : { ...anomaly, from: since, compared, deviation: volumeDeviation(0, compared) }
}

/** How often, in [from, to), the rule began to speak of it: episodes of one change, each from the hour in which it first spoke to the last; pauses of up to a day are none. */
export function episodes(subject: Subject, measure: Measure, from: number, to: number): { from: number; to: number; change: Change }[] {
  const found: { from: number; to: number; change: Change }[] = []
  for (let hour = from + 1; hour <= to; hour++) {
    const { anomaly } = judgeAt(subject, measure, hour)
    if (anomaly === null) continue
    const last = found.at(-1)
    if (last && last.change === anomaly.change && hour - last.to <= PAUSE_HOURS) last.to = hour
    else found.push({ from: hour - 1, to: hour, change: anomaly.change })
  }
  return found
}

function judgeAt(subject: Subject, measure: Measure, to: number): Judgement {
  let unjudged: Unjudged = 'too_short'
  for (const hours of STRETCHES) {
    const from = to - hours
    if (isSpecial(subject, from, to)) return { anomaly: null, unjudged: 'special_day' }
    const compared = comparable(subject, measure, from, to)
    if (compared.length < LEAST_WEEKS) continue
    unjudged = 'too_little'
    const judged = measure === 'volume' ? judgeVolume(subject, from, to, compared) : judgeLatency(subject, from, to, compared)
    if (judged !== 'too_little') return judged
  }
  return { anomaly: null, unjudged }
}

function judgeVolume({ series, heard }: Subject, from: number, to: number, compared: Compared[]): Judgement | 'too_little' {
  const value = series.moves(from, to)
  const deviation = volumeDeviation(value, compared)
  const { usual, score } = deviation
  const [low, high] = allButOne(compared.map(each => each.value))
  const silent = value === 0 && usual >= LEAST_FOR_SILENCE && low >= LEAST_EACH_WEEK
  if (usual < LEAST_MOVES && !silent) return 'too_little'
  if (heard.moves(from, to) === 0) return { anomaly: null, unjudged: 'no_data' }
  const less = silent || (value < low && value <= usual * HALF && score <= -LEAST_SCORE.less)
  const more = value > high && value >= usual * DOUBLE && score >= LEAST_SCORE.more
  if (!less && !more) return { anomaly: null, unjudged: null }
  return { anomaly: { measure: 'volume', change: more ? 'more' : value === 0 ? 'silent' : 'less', from, to, value, deviation, compared, since: from }, unjudged: null }
}

function volumeDeviation(value: number, compared: readonly Compared[]): Deviation {
  return deviationOf(value, compared.map(each => each.value), usual => Math.max(Math.sqrt(usual * (1 + MEDIAN_VARIANCE / compared.length)), usual / 20))
}

function judgeLatency({ series }: Subject, from: number, to: number, compared: Compared[]): Judgement | 'too_little' {
  const count = series.durations(from, to)
  const log = series.meanLog(from, to)
  if (log === null || count < LEAST_TIMED) return 'too_little'
  // One latency of a usual spread (a factor of two) in `count` moves its mean by this much.
  const found = deviationOf(log, compared.map(each => each.value), () => Math.max(LEAST_LOG_DEVIATION, 1 / Math.sqrt(count)))
  const value = 2 ** log
  const deviation = { ...found, usual: 2 ** found.usual, lowest: 2 ** found.lowest, highest: 2 ** found.highest }
  if (found.score < LEAST_SCORE.slower || value < deviation.usual * SLOWER || log <= allButOne(compared.map(each => each.value))[1]) return { anomaly: null, unjudged: null }
  return { anomaly: { measure: 'latency', change: 'slower', from, to, value, deviation, compared: compared.map(each => ({ ...each, value: 2 ** each.value })), since: from }, unjudged: null }
}

/** The second lowest and second highest; at least two values. */
function allButOne(values: readonly number[]): [number, number] {
  const sorted = [...values].sort((a, b) => a - b)
  return [sorted[1] ?? -Infinity, sorted.at(-2) ?? Infinity]
}

/** The same stretch of the weeks before that can be compared, newest first. */
function comparable(subject: Subject, measure: Measure, from: number, to: number): Compared[] {
  const { series, clock, heard } = subject
  const found: Compared[] = []
  for (let weeks = 1; weeks <= WEEKS; weeks++) {
    const end = clock.weeksBefore(to - 1, weeks) + 1
    const begin = end - (to - from)
    if (begin < series.from || begin < series.begins) break
    if (isSpecial(subject, begin, end) || heard.moves(begin, end) === 0) continue
    if (measure === 'volume') found.push({ from: begin, to: end, value: series.moves(begin, end) })
    else {
      const log = series.meanLog(begin, end)
      if (log !== null && series.durations(begin, end) >= LEAST_TIMED) found.push({ from: begin, to: end, value: log })
    }
  }
  return found
}

function isSpecial({ clock, special }: Subject, from: number, to: number): boolean {
  for (let day = clock.day(from); day <= clock.day(to - 1); day++) if (special(day)) return true
  return false
}

/** Since when: for silence the end of the last hour with a move, else the first of the stretches without a break that say the same. */
function beginOf(subject: Subject, anomaly: Anomaly): number {
  if (anomaly.change === 'silent') {
    const last = subject.series.lastMove(anomaly.to)
    return last === null ? anomaly.from : last + 1
  }
  let begin = anomaly.from
  for (let to = anomaly.to - 1; to > anomaly.to - LONGEST_HOURS; to--) {
    const before = judgeAt(subject, anomaly.measure, to).anomaly
    if (before === null || before.change !== anomaly.change) break
    begin = Math.min(begin, before.from)
  }
  return begin
}
