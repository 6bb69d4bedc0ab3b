/** Statements in plain words: what is unlike other weeks, what comes again, how sure that is. Pure; times of day are those of the zone that is named. */
import { HOUR_MS, WEEK } from './local-hours.ts'
import type { Change } from './anomalies.ts'
import { RECORD_WEEKS, type WatchedAnomaly, type WatchedRecurrence } from './watch.ts'
import type { Rhythm } from './recurrence.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const two = (hour: number): string => `${String(hour).padStart(2, '0')}:00`
const counted = (value: number): string => Math.round(value).toLocaleString('en')

/** `18 moves`, `1 move`. */
export const movesWords = (value: number): string => `${counted(value)} ${Math.round(value) === 1 ? 'move' : 'moves'}`

/** A latency as people read it: `640 ms`, `2.4 s`, `3 min`. */
export function latencyWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  return ms < 120_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`
}

/** What a measured figure is called: moves or a latency. */
export const valueWords = (anomaly: Pick<WatchedAnomaly, 'measure'>, value: number): string => (anomaly.measure === 'volume' ? movesWords(value) : latencyWords(value))

const hoursWords = (hours: number): string => (hours === 1 ? 'the last full hour' : `the last ${hours} full hours`)

/** What is unlike other weeks: who did not do what, then what is usual. */
export function anomalyTitle(anomaly: WatchedAnomaly, name: string): string {
  const hours = hoursWords(anomaly.to - anomaly.from)
  const usual = valueWords(anomaly, anomaly.deviation.usual)
  const now = valueWords(anomaly, anomaly.value)
  switch (anomaly.change) {
    case 'silent': return `${name}: nothing was heard in ${hours}, where ${usual} are usual`
    case 'less': return `${name} moves less than usual: ${now} in ${hours}, usually ${counted(anomaly.deviation.usual)}`
    case 'more': return `${name} moves more than usual: ${now} in ${hours}, usually ${counted(anomaly.deviation.usual)}`
    case 'slower': return `${name} answers slower than usual: typically ${now} in ${hours}, usually ${usual}`
  }
}

const MEANING: Record<Change, string> = {
  silent: 'Whether nothing happened there or nothing arrived here cannot be told from this.',
  less: 'Work may be held up before it, or there is less of it this week.',
  more: 'A backlog may be catching up, something may be sent twice, or there is more work this week.',
  slower: 'Attempts that take longer can time out before anything fails for good.',
}
/** What it may mean; never a cause. */
export const anomalyMeaning = (anomaly: Pick<WatchedAnomaly, 'change'>): string => MEANING[anomaly.change]

/** How sure it is: against what, how far outside, and how often the same rule spoke before. */
export function anomalySureness(anomaly: WatchedAnomaly): string {
  const { deviation, compared } = anomaly
  const outside = compared.filter(each => (anomaly.change === 'more' || anomaly.change === 'slower' ? each.value < anomaly.value : each.value > anomaly.value)).length
  const word = { silent: 'More', less: 'More', more: 'Fewer', slower: 'Faster' }[anomaly.change]
  const range = anomaly.measure === 'volume' ? `${counted(deviation.lowest)} to ${counted(deviation.highest)}` : `${latencyWords(deviation.lowest)} to ${latencyWords(deviation.highest)}`
  return `${word} in ${outside === deviation.compared ? 'each' : outside} of the ${deviation.compared} weeks compared (${range}); ${Math.abs(deviation.score).toFixed(1)} times as far off as weeks usually differ. ${recordWords(anomaly.spokeBefore, anomaly.recordWeeks)}`
}

function recordWords(spoke: number, weeks: number): string {
  const span = weeks <= 1 ? 'week' : `${Math.min(weeks, RECORD_WEEKS)} weeks`
  if (weeks < 1) return 'It is too young to say how often this would be said of it.'
  return spoke === 0 ? `In the ${span} before, the same would not have been said once.` : `In the ${span} before, the same would have been said ${spoke === 1 ? 'once' : `${spoke} times`}.`
}

const EVERY: Record<Exclude<Rhythm, 'weekly'>, string> = { daily: 'Every day', working_days: 'Every working day' }

/** `Every Monday 06:00–07:00`. */
export function rhythmWords({ rhythm, at, hours }: Pick<WatchedRecurrence, 'rhythm' | 'at' | 'hours'>): string {
  const hour = at % 24
  const span = `${two(hour)}–${two((hour + hours) % 24)}`
  return rhythm === 'weekly' ? `Every ${WEEKDAYS[Math.floor((at % WEEK) / 24)]} ${span}` : `${EVERY[rhythm]} ${span}`
}

/** What comes again: when, where and what. */
export function recurrenceTitle(one: WatchedRecurrence, name: string): string {
  const what = one.group ? `“${one.group.title}”` : `attempts fail with ${[one.errorCode, one.errorClass.replaceAll('_', ' ')].filter(Boolean).join(', ') || 'an error without a code'}`
  return `${rhythmWords(one)}: ${name}, ${what}`
}

/** How sure it is: occasions hit, how much of all that lies in them, chance. */
export function recurrenceSureness(one: WatchedRecurrence): string {
  const share = one.total === one.within ? 'all of' : `${counted(one.within)} of`
  return `${one.hits} of ${one.occasions.length} times since then; ${share} its ${counted(one.total)} ${one.group ? 'failures' : 'failed attempts'} in that time. By chance, anything like it would be seen ${chanceWords(one.chance)}.`
}

/** `less than once in 10,000 such histories`. */
export function chanceWords(chance: number): string {
  const once = [1_000_000, 100_000, 10_000, 1000].find(times => chance <= 1 / times)
  return once === undefined ? 'more than once in 1,000 such histories' : `less than once in ${once.toLocaleString('en')} such histories`
}

/** The UTC instant of an epoch hour. */
export const instantOf = (hour: number): string => new Date(hour * HOUR_MS).toISOString()

