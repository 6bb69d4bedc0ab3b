/** Planted rhythms are found with their beginning; what happens at random is not taken for one. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR_MS, LocalHours } from '#app/assistance/local-hours.ts'
import { recurrences } from '#app/assistance/recurrence.ts'
import { Random } from '#seeds/history/random.ts'

const clock = new LocalHours('Europe/Zurich')
const hourAt = (text: string): number => Date.parse(text) / HOUR_MS
// Friday 20 November 2026, twelve weeks and six days
const TO = hourAt('2026-11-20T12:00:00Z')
const FROM = TO - 90 * 24
const counted = (hours: Iterable<number>): Map<number, number> => {
  const counts = new Map<number, number>()
  for (const hour of hours) counts.set(hour, (counts.get(hour) ?? 0) + 1)
  return counts
}
/** Every hour of the span at which the wall clock shows this hour of the week. */
const weekly = (hourOfWeek: number): number[] => Array.from({ length: TO - FROM }, (_, index) => FROM + index).filter(hour => clock.hourOfWeek(hour) === hourOfWeek)
/** Random hours: each with the probability `rate`. */
const noise = (seed: number, rate: number): number[] => {
  const random = new Random(seed, 'noise')
  return Array.from({ length: TO - FROM }, (_, index) => FROM + index).filter(() => random.chance(rate))
}

describe('a rhythm', () => {
  it('every Monday at six since 12 October, though summer time ended meanwhile, among other failures', () => {
    const mondays = weekly(6).filter(hour => hour >= hourAt('2026-10-12T00:00:00Z'))
    const [found, ...others] = recurrences(counted([...mondays, ...noise(1, 0.002)]), FROM, TO, clock)
    expect(others).toEqual([])
    expect(found).toMatchObject({ rhythm: 'weekly', at: 6, hours: 1, hits: 6, next: hourAt('2026-11-23T05:00:00Z') })
    expect(found?.occasions[0]?.from).toBe(hourAt('2026-10-12T04:00:00Z'))
    expect(found?.chance).toBeLessThan(0.001)
  })
  it('of every day is said once, not seven times', () => {
    const nights = Array.from({ length: 90 }, (_, day) => FROM + day * 24).flatMap(day => Array.from({ length: 24 }, (_, hour) => day + hour)).filter(hour => clock.hourOfWeek(hour) % 24 === 2)
    expect(recurrences(counted(nights), FROM, TO, clock).map(({ rhythm, at }) => [rhythm, at])).toEqual([['daily', 2]])
  })
  it('of working days leaves the weekend out', () => {
    const days = Array.from({ length: TO - FROM }, (_, index) => FROM + index).filter(hour => clock.hourOfWeek(hour) < 120 && clock.hourOfWeek(hour) % 24 === 7)
    expect(recurrences(counted(days), FROM, TO, clock).map(({ rhythm, at }) => [rhythm, at])).toEqual([['working_days', 7]])
  })
  it('that drifts over the full hour is one of two hours', () => {
    const drifting = weekly(6).map((hour, index) => hour + (index % 2))
    expect(recurrences(counted(drifting), FROM, TO, clock)).toMatchObject([{ rhythm: 'weekly', at: 6, hours: 2 }])
  })
  it('that stopped two occasions ago is not current', () => {
    expect(recurrences(counted(weekly(6).slice(0, -2)), FROM, TO, clock)).toEqual([])
  })
  it('is found wherever in the week it lies, with its hits counted', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 167 }), fc.integer({ min: 1, max: 5 }), (at, each) => {
      const [found] = recurrences(counted(weekly(at).flatMap(hour => Array.from({ length: each }, () => hour))), FROM, TO, clock)
      expect(found).toMatchObject({ rhythm: 'weekly', at, hits: weekly(at).length, within: weekly(at).length * each })
    }), { numRuns: 40 })
  })
})

describe('no rhythm', () => {
  it('is seen in what happens at random: none in 180 histories, rare or frequent', () => {
    const seen = Array.from({ length: 60 }, (_, seed) => [0.004, 0.03, 0.15].map(rate => recurrences(counted(noise(seed, rate)), FROM, TO, clock).length)).flat()
    expect(seen.reduce((sum, count) => sum + count, 0)).toBe(0)
  }, 60_000)
  it('of failing is seen where only the work has one: one in twenty hours of work fails, whatever the hour', () => {
    const office = (hour: number): boolean => clock.hourOfWeek(hour) < 120 && [9, 10].includes(clock.hourOfWeek(hour) % 24)
    const moves = (from: number, to: number): number => Array.from({ length: to - from }, (_, index) => from + index).reduce((sum, hour) => sum + (office(hour) ? 200 : 8), 0)
    const random = new Random(7, 'office')
    const failed = Array.from({ length: TO - FROM }, (_, index) => FROM + index).filter(hour => random.chance(office(hour) ? 0.85 : 0.06))
    expect(recurrences(counted(failed), FROM, TO, clock).length).toBeGreaterThan(0)
    expect(recurrences(counted(failed), FROM, TO, clock, moves)).toEqual([])
  })
  it('is seen in one bad day, however bad', () => {
    const day = hourAt('2026-11-16T00:00:00Z')
    expect(recurrences(counted(Array.from({ length: 500 }, (_, index) => day + (index % 10))), FROM, TO, clock)).toEqual([])
  })
})
