/** Planted trouble is found with its beginning; what only chance makes is not; holidays, gaps and thin data are said to be that. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { episodes, judge, type Subject } from '#app/assistance/anomalies.ts'
import { HOUR_MS, LocalHours } from '#app/assistance/local-hours.ts'
import { HourSeries, type MovedHours } from '#app/assistance/series.ts'
import { Random } from '#seeds/history/random.ts'

const clock = new LocalHours('Europe/Zurich')
// Wednesday 18 November 2026, 15:00 in Zurich
const TO = Date.parse('2026-11-18T14:00:00Z') / HOUR_MS
const FROM = TO - 12 * 168 - 24

interface Story { seed?: number; rate?: number; ms?: number; at?: (hour: number) => { times?: number; slower?: number } }

/** Moves about as many as `rate` an hour in office hours and a tenth of that else; log-normal latency with a spread of a factor of 1.8. */
function told({ seed = 1, rate = 60, ms = 800, at = () => ({}) }: Story = {}): MovedHours {
  const random = new Random(seed, 'moves')
  const told = { hours: [] as number[], moves: [] as number[], durations: [] as number[], logs: [] as number[] }
  for (let hour = FROM; hour < TO; hour++) {
    const week = clock.hourOfWeek(hour)
    const { times = 1, slower = 1 } = at(hour)
    const mean = rate * times * (week < 120 && week % 24 >= 7 && week % 24 < 18 ? 1 : 0.1)
    // A sum of many small chances is near enough to Poisson.
    const moves = Array.from({ length: 200 }).filter(() => random.chance(Math.min(1, mean / 200))).length
    if (moves === 0) continue
    told.hours.push(hour)
    told.moves.push(moves)
    told.durations.push(moves)
    told.logs.push(Array.from({ length: moves }).reduce((sum: number) => sum + Math.log2(random.logNormal(ms * slower, 0.6)), 0))
  }
  return told
}
const always = new HourSeries(FROM, TO, { hours: Array.from({ length: TO - FROM }, (_, index) => FROM + index), moves: Array.from({ length: TO - FROM }, () => 1), durations: [], logs: [] })
const subject = (moved: MovedHours, more: Partial<Subject> = {}): Subject => ({ series: new HourSeries(FROM, TO, moved), clock, special: () => false, heard: always, ...more })
const lastHours = (hours: number) => (hour: number) => hour >= TO - hours

describe('moves', () => {
  it('that stop are silence, since the last of them', () => {
    const { anomaly } = judge(subject(told({ at: hour => (lastHours(5)(hour) ? { times: 0 } : {}) })), 'volume', TO)
    expect(anomaly).toMatchObject({ change: 'silent', value: 0, to: TO, since: TO - 5 })
    expect(anomaly?.compared).toHaveLength(12)
  })
  it('that become a fifth, or five times as many, are said with their beginning', () => {
    const { anomaly: less } = judge(subject(told({ at: hour => (lastHours(4)(hour) ? { times: 0.2 } : {}) })), 'volume', TO)
    expect(less).toMatchObject({ change: 'less', since: TO - 4 })
    const { anomaly: more } = judge(subject(told({ rate: 20, at: hour => (lastHours(4)(hour) ? { times: 5 } : {}) })), 'volume', TO)
    expect(more).toMatchObject({ change: 'more', to: TO })
    // A stretch of three hours of which two are as usual may already be twice as much.
    expect(Math.abs((more?.since ?? 0) - (TO - 4))).toBeLessThanOrEqual(2)
    expect((more?.deviation.score ?? 0) > 4 && (more?.value ?? 0) > (more?.deviation.highest ?? 0)).toBe(true)
  })
  it('the comparison is the same stretch of the week on the wall clock, over the change of clocks', () => {
    const { anomaly } = judge(subject(told({ at: hour => (lastHours(5)(hour) ? { times: 0 } : {}) })), 'volume', TO)
    for (const each of anomaly?.compared ?? []) expect([clock.hourOfWeek(each.from), each.to - each.from]).toEqual([clock.hourOfWeek((anomaly?.from ?? 0)), (anomaly?.to ?? 0) - (anomaly?.from ?? 0)])
  })
  it('one bad week among those compared hides nothing', () => {
    const outage = (hour: number): boolean => hour >= TO - 168 - 20 && hour < TO - 168 + 20
    expect(judge(subject(told({ at: hour => (outage(hour) || lastHours(3)(hour) ? { times: 0.1 } : {}) })), 'volume', TO).anomaly?.change).toBe('less')
  })
})

describe('latency', () => {
  it('that doubles is said in its own unit', () => {
    const { anomaly } = judge(subject(told({ at: hour => (lastHours(3)(hour) ? { slower: 2 } : {}) })), 'latency', TO)
    expect(anomaly).toMatchObject({ change: 'slower', to: TO })
    expect(Math.abs((anomaly?.since ?? 0) - (TO - 3))).toBeLessThanOrEqual(1)
    expect(anomaly?.value).toBeGreaterThan(1200)
    expect(anomaly?.deviation.usual).toBeGreaterThan(700)
    expect(anomaly?.deviation.usual).toBeLessThan(900)
  })
  it('that nobody measured is no data, not fast', () => {
    const moved = told()
    expect(judge(subject({ ...moved, durations: moved.durations.map(() => 0), logs: moved.logs.map(() => 0) }), 'latency', TO)).toEqual({ anomaly: null, unjudged: 'too_short' })
  })
})

describe('nothing is said', () => {
  const silent = told({ at: hour => (lastHours(6)(hour) ? { times: 0 } : {}) })
  it('on a day that is no ordinary one, nor is such a day compared with', () => {
    const today = clock.day(TO - 1)
    expect(judge(subject(silent, { special: day => day === today }), 'volume', TO)).toEqual({ anomaly: null, unjudged: 'special_day' })
    const { anomaly } = judge(subject(silent, { special: day => day === today - 7 || day === today - 21 }), 'volume', TO)
    expect(anomaly?.compared).toHaveLength(10)
  })
  it('while nothing at all is heard: that is no data of any', () => {
    const deaf = new HourSeries(FROM, TO, { hours: Array.from({ length: TO - FROM - 30 }, (_, index) => FROM + index), moves: Array.from({ length: TO - FROM - 30 }, () => 1), durations: [], logs: [] })
    expect(judge(subject(told({ at: hour => (lastHours(30)(hour) ? { times: 0 } : {}) }), { heard: deaf }), 'volume', TO)).toEqual({ anomaly: null, unjudged: 'no_data' })
  })
  it('of what moves too little, or is known for too few weeks', () => {
    expect(judge(subject(told({ rate: 0.4 })), 'volume', TO)).toEqual({ anomaly: null, unjudged: 'too_little' })
    const young = told()
    const late = young.hours.map((hour, index) => [hour, index] as const).filter(([hour]) => hour >= TO - 5 * 168)
    const pick = (values: readonly number[]): number[] => late.map(([, index]) => values[index] ?? 0)
    expect(judge(subject({ hours: late.map(([hour]) => hour), moves: pick(young.moves), durations: pick(young.durations), logs: pick(young.logs) }), 'volume', TO)).toEqual({ anomaly: null, unjudged: 'too_short' })
  })
  it('where only chance is at work: at most three times in 100 weeks of watching moves and latency every hour', () => {
    const spoken = Array.from({ length: 25 }, (_, seed) => seed).flatMap(seed => {
      const one = subject(told({ seed, rate: [8, 25, 60][seed % 3] ?? 8 }))
      return (['volume', 'latency'] as const).flatMap(measure => episodes(one, measure, TO - 4 * 168, TO))
    })
    expect(spoken.length).toBeLessThanOrEqual(3)
  }, 60_000)
})

it('a series gives the sums of what was told, whatever the order and the stretch', () => {
  const hour = fc.integer({ min: 0, max: 49 })
  fc.assert(fc.property(fc.array(fc.record({ hour, moves: fc.integer({ min: 1, max: 9 }) })), hour, hour, (rows, a, b) => {
    const [from, to] = [Math.min(a, b), Math.max(a, b)]
    const series = new HourSeries(0, 50, { hours: rows.map(row => row.hour), moves: rows.map(row => row.moves), durations: rows.map(() => 1), logs: rows.map(row => row.moves / 2) })
    const inside = rows.filter(row => row.hour >= from && row.hour < to)
    const moves = inside.reduce((sum, row) => sum + row.moves, 0)
    expect([series.moves(from, to), series.durations(from, to)]).toEqual([moves, inside.length])
    expect(series.meanLog(from, to)).toBe(inside.length === 0 ? null : moves / 2 / inside.length)
  }))
})
