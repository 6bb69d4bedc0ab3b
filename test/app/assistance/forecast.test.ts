/** The forecast against flows whose course is known. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forecastOpen, type FlowHour } from '#app/assistance/forecast.ts'

/** Plays a flow: what comes each hour, and what goes of what is there. */
function play(hours: number, start: number, came: (hour: number) => number, went: (there: number, hour: number) => number): FlowHour[] {
  const played: FlowHour[] = []
  let open = start
  for (let hour = 0; hour < hours; hour++) {
    const inflow = came(hour)
    const outflow = went(open + inflow, hour)
    played.push({ open, came: inflow, went: outflow })
    open += inflow - outflow
  }
  return played
}
const openAfter = (history: readonly FlowHour[]): number => {
  const last = history.at(-1) as FlowHour
  return last.open + last.came - last.went
}

describe('a flow that grows by 2 an hour', () => {
  const history = play(60, 10, () => 5, () => 3)
  it('is drift: in 10 hours 20 more, and the history never proved it wrong', () => {
    expect(openAfter(history)).toBe(130)
    expect(forecastOpen(history, 130, 10)).toMatchObject({ method: 'drift', expected: 150, low: 150, high: 150, inflow: 5, outflow: 3, error: 0, triedHours: 10 })
  })
  it('is compared with saying nothing: unchanged would have been wrong by 20', () => {
    expect(forecastOpen(history, 130, 10)?.errorUnchanged).toBe(20)
  })
})

describe('a flow of which half is cleared each hour', () => {
  // 100 come an hour, half of what is there goes: it settles at 100 open.
  const history = play(60, 400, () => 100, there => there / 2)
  it('is share: from a pile of 900, in 3 hours (((900+100)/2+100)/2+100)/2 = 200', () => {
    const forecast = forecastOpen(history, 900, 3)
    expect(forecast?.method).toBe('share')
    expect(forecast?.expected).toBeCloseTo(200, 6)
    expect(forecast?.error).toBeCloseTo(0, 6)
  })
})

describe('what it does not know', () => {
  it('is not said: too little history', () => {
    expect(forecastOpen(play(15, 10, () => 5, () => 3), 10, 1)).toBeNull()
    expect(forecastOpen([], 0, 10)).toBeNull()
  })
  it('widens beyond the longest distance the history can show', () => {
    // came jumps between 0 and 8 around a mean of 4
    const history = play(40, 50, hour => (Math.floor(hour / 5) % 2) * 8, () => 4)
    const near = forecastOpen(history, 50, 24)
    const far = forecastOpen(history, 50, 96)
    expect([near?.triedHours, far?.triedHours]).toEqual([24, 24])
    expect((far?.high ?? 0) - (far?.expected ?? 0)).toBeGreaterThan((near?.high ?? 0) - (near?.expected ?? 0))
  })
})

it('never says less than nothing, and its interval holds what it expects', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(50), fc.nat(60)), { minLength: 16, maxLength: 200 }), fc.nat(500), fc.nat(300), (pairs, start, hours) => {
    const history = play(pairs.length, start, hour => pairs[hour]?.[0] ?? 0, (there, hour) => Math.min(there, pairs[hour]?.[1] ?? 0))
    const forecast = forecastOpen(history, openAfter(history), hours)
    if (forecast === null) return
    expect(forecast.low).toBeGreaterThanOrEqual(0)
    expect(forecast.low).toBeLessThanOrEqual(forecast.expected)
    expect(forecast.high).toBeGreaterThanOrEqual(forecast.expected)
    expect(forecast.error).toBeLessThanOrEqual(forecast.errorUnchanged)
  }))
})

it('its interval holds about four fifths of what then happened', () => {
  // Inflow of a linear congruential generator: 0…19, half of what is there goes, rounded.
  let seed = 7
  const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648
  const whole = play(900, 20, () => Math.floor(random() * 20), there => Math.floor(there / 2))
  let within = 0
  let asked = 0
  for (let from = 200; from + 6 < whole.length; from += 7) {
    const forecast = forecastOpen(whole.slice(from - 200, from), whole[from]?.open ?? 0, 6)
    const actual = whole[from + 6]?.open ?? 0
    if (forecast === null) continue
    asked++
    if (actual >= forecast.low && actual <= forecast.high) within++
  }
  expect(asked).toBeGreaterThan(90)
  expect(within / asked).toBeGreaterThan(0.7)
  expect(within / asked).toBeLessThan(0.92)
})
