/** Forecasts of what waits: by hand where the answer is plain, by properties and by honest measurement elsewhere. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONFIDENCE, forecastBacklog, HORIZON_DAYS } from '#app/assistance/backlog-forecast.ts'
import { Random } from '#seeds/history/random.ts'

const days = (count: number, of: (day: number) => number): number[] => Array.from({ length: count }, (_, day) => of(day))

describe('what waits', () => {
  it('that never changes stays, and nothing was wrong', () => {
    const [first, ...rest] = forecastBacklog(days(80, () => 40))
    expect(first).toEqual({ days: 1, method: 'unchanged', expected: 40, low: 40, high: 40, record: { origins: 28, error: 0, errorUnchanged: 0, mape: 0, held: 1 } })
    expect(rest).toHaveLength(HORIZON_DAYS - 1)
  })
  it('that goes with the week is told by the week', () => {
    // Monday to Friday up by 10, at the weekend down by 25 a day.
    const week = [10, 20, 30, 40, 50, 25, 0]
    const found = forecastBacklog(days(84, day => 100 + (week[day % 7] ?? 0)))
    // The last day is a Sunday: the days ahead are the week itself.
    expect(found.map(one => [one.method, one.expected])).toEqual([...[110, 120, 130, 140, 150, 125].map(value => ['week', value]), ['unchanged', 100]])
    expect(found.slice(0, 6).every(one => one.record.error === 0 && one.record.errorUnchanged > 0)).toBe(true)
  })
  it('that grows every day goes on growing', () => {
    expect(forecastBacklog(days(80, day => day * 3)).map(one => one.expected)).toEqual([1, 2, 3, 4, 5, 6, 7].map(ahead => (79 + ahead) * 3))
  })
  it('of which too little is known is not forecast', () => {
    expect(forecastBacklog(days(20, day => day))).toEqual([])
    expect(forecastBacklog([])).toEqual([])
  })
})

it('an interval holds the forecast and is never below nothing', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 60, maxLength: 90 }), counts => {
    for (const one of forecastBacklog(counts)) {
      expect(0 <= one.low && one.low <= one.expected && one.expected <= one.high).toBe(true)
      expect(one.record.held >= 0 && one.record.held <= 1).toBe(true)
    }
  }), { numRuns: 50 })
})

it('of ten intervals of 80 % about eight hold: measured on what the forecast did not know', () => {
  let held = 0
  let said = 0
  for (let seed = 0; seed < 60; seed++) {
    const random = new Random(seed, 'backlog')
    let open = 200
    const counts = days(92, day => {
      open = Math.max(0, open + Math.round((random.unit() + random.unit() + random.unit() - 1.5) * 60 + ([12, 6, 4, 0, -2, -8, -12][day % 7] ?? 0)))
      return open
    })
    for (const one of forecastBacklog(counts.slice(0, 84))) {
      const came = counts[83 + one.days] ?? 0
      said++
      if (came >= one.low && came <= one.high) held++
    }
  }
  expect(said).toBe(60 * HORIZON_DAYS)
  expect(held / said).toBeGreaterThan(CONFIDENCE - 0.08)
  expect(held / said).toBeLessThan(CONFIDENCE + 0.12)
})
