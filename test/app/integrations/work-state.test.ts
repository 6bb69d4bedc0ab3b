/** Interface and work told apart, and how fast a budget burns. */
import { describe, expect, it } from 'vitest'
import { burnRate, burnsOf } from '#app/integrations/burn.ts'
import { verdictOf, workOf } from '#app/integrations/work-state.ts'

describe('work', () => {
  it.each([
    [{ exceptions: 0, overdue: 0, backlog: 0 }, 'done'], [{ exceptions: 0, overdue: 0, backlog: 7 }, 'waiting'], [{ exceptions: 1, overdue: 0, backlog: 0 }, 'incomplete'], [{ exceptions: 0, overdue: 2, backlog: 2 }, 'incomplete'],
  ])('%o is %s', (counts, state) => {
    expect(workOf(counts)).toEqual({ ...counts, state })
  })
  it.each([
    ['clear', 'incomplete', 'false_comfort'], ['clear', 'waiting', 'fine'], ['clear', 'done', 'fine'], ['failing', 'incomplete', 'both_down'], ['late', 'incomplete', 'both_down'], ['failing', 'done', 'interface_only'], ['no_data', 'incomplete', 'unknown'], ['no_data', 'done', 'unknown'],
  ] as const)('an interface that is %s with work %s is %s', (state, work, verdict) => {
    expect(verdictOf(state, work)).toBe(verdict)
  })
})

describe('burn', () => {
  it('is the error rate over what is allowed: 1 of 100 at 99 % is 1 ×, 72 of 500 at 99 % is 14.4 ×', () => {
    expect(burnRate(1, 100, 0.99)).toBeCloseTo(1, 10)
    expect(burnRate(72, 500, 0.99)).toBeCloseTo(14.4, 10)
  })
  it('is unknown where nothing finished, and without end where nothing may fail', () => {
    expect(burnRate(0, 0, 0.99)).toBeNull()
    expect(burnRate(0, 5, 1)).toBe(0)
    expect(burnRate(1, 5, 1)).toBe(Number.POSITIVE_INFINITY)
  })
  it('is too fast from the limit of each window on', () => {
    const burns = burnsOf({ finished_1h: 500, failed_1h: 72, finished_6h: 1000, failed_6h: 59, finished_3d: 10_000, failed_3d: 100 }, 0.99)
    expect(burns.map(burn => [burn.window, burn.tooFast])).toEqual([['1h', true], ['6h', false], ['3d', true]])
    expect(burnsOf(undefined, 0.99).every(burn => burn.rate === null && !burn.tooFast)).toBe(true)
  })
})
