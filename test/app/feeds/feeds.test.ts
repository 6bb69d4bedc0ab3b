/** What a feed's run and window come to. */
import { describe, expect, it } from 'vitest'
import { differencesOf, runState, windowsOf, type FeedState, type RunView } from '#app/feeds/feeds.ts'
import type { FeedRun } from '#queries/clickhouse/feeds/runs.ts'

const totals = (count: number, sum: string, currency = 'CHF') => ({ count, sum, currency })
const T = { opened: '2026-11-20T01:00:00Z', produced: '2026-11-20T01:10:00Z', delivered: '2026-11-20T01:20:00Z', loaded: '2026-11-20T01:30:00Z' }
const run = (over: Partial<FeedRun>): FeedRun => ({
  object: { namespace: 'group', type: 'feed_run', id: 'r' }, integration: 'i', facility: null, feed: 'f', firstAt: T.opened, at: T, totals: { produced: totals(10, '5.00'), delivered: totals(10, '5.00'), loaded: totals(10, '5.00') },
  failures: 0, failedStep: null, error: '', lastFailedAt: null, isLate: false, wasLate: false, ...over,
})

describe('a run', () => {
  it.each<[string, Partial<FeedRun>, FeedState]>([
    ['loaded with equal totals', {}, 'loaded'],
    ['loaded after its time', { wasLate: true }, 'loaded_late'],
    ['not loaded and not late', { at: { ...T, loaded: null } }, 'running'],
    ['not loaded and past due', { at: { ...T, loaded: null }, isLate: true }, 'late'],
    ['failed to load, past due too', { at: { ...T, loaded: null }, failures: 3, failedStep: 'loaded', lastFailedAt: '2026-11-20T01:40:00Z', isLate: true }, 'failed'],
    ['failed to produce, then produced', { at: { ...T, loaded: null }, failures: 1, failedStep: 'produced', lastFailedAt: '2026-11-20T01:05:00Z' }, 'running'],
    ['loaded at last', { failures: 2, failedStep: 'loaded', lastFailedAt: '2026-11-20T01:25:00Z' }, 'loaded'],
    ['other rows than produced', { totals: { produced: totals(10, '5.00'), delivered: null, loaded: totals(9, '5.00') } }, 'differs'],
  ])('%s is %3$s', (_, over, state) => {
    expect(runState(run(over))).toBe(state)
  })
  it('says how its totals differ, exactly', () => {
    expect(differencesOf({ totals: { produced: totals(10, '0.10'), delivered: totals(10, '0.10'), loaded: totals(8, '0.30') } })).toEqual([{ between: 'loaded less produced', count: -2, sum: '0.20', currency: 'CHF' }])
    expect(differencesOf({ totals: { produced: totals(1, '1.000', 'KWD'), delivered: totals(1, '0.001', 'KWD'), loaded: null } })[0]?.sum).toBe('-0.999')
    expect(differencesOf({ totals: { produced: totals(1, '1.00'), delivered: totals(1, '1.00', 'EUR'), loaded: null } })).toEqual([{ between: 'delivered less produced', count: 0, sum: null, currency: null }])
    expect(differencesOf({ totals: { produced: totals(1, '1.0'), delivered: totals(1, '1.00'), loaded: null } })).toEqual([])
  })
})

describe('a window', () => {
  const at = (day: number, clock: string) => new Date(`2026-11-${day}T${clock}:00Z`)
  const instants = [at(17, '02:00'), at(18, '02:00'), at(19, '02:00'), at(20, '02:00'), at(21, '02:00')]
  const seen = (firstAt: Date, state: FeedState) => ({ firstAt: firstAt.toISOString(), state }) as RunView
  const runs = [seen(at(18, '01:40'), 'loaded'), seen(at(20, '02:05'), 'loaded'), seen(at(20, '09:00'), 'failed')]
  const states = (whole: boolean, now: Date) => windowsOf(instants, runs, 2 * 3_600_000, whole, now).map(window => [window.at.slice(8, 10), window.state, window.runs.length])
  it('without a run is missed once its time has passed, unknown before the feed was first seen, and takes the worst of its runs', () => {
    expect(states(true, at(20, '12:00'))).toEqual([['17', 'unseen', 0], ['18', 'loaded', 1], ['19', 'missed', 0], ['20', 'failed', 2], ['21', 'not_due', 0]])
  })
  it('is never called missed by who sees only a part', () => {
    expect(states(false, at(20, '12:00'))[2]).toEqual(['19', 'unseen', 0])
  })
  it('is not missed before the time to produce has passed', () => {
    expect(states(true, at(21, '03:59')).at(-1)).toEqual(['21', 'not_due', 0])
    expect(states(true, at(21, '04:00')).at(-1)).toEqual(['21', 'missed', 0])
  })
})
