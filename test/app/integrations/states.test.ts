import { beforeAll, describe, expect, it } from 'vitest'
import { ALWAYS, type CompiledCalendar } from '#queries/catalogue/calendar.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Integration } from '#queries/catalogue/schema.ts'
import { filterRows, groupOf, type IntegrationRow } from '#app/integrations/list.ts'
import { seriesPoints } from '#app/integrations/series.ts'
import { hourState, hourStrip, integrationState, isSilent } from '#app/integrations/states.ts'
import { shippedCatalogue } from '#test/app/exceptions/support.ts'

/** Friday 20 November 2026, 14:30 UTC. */
const NOW = new Date('2026-11-20T14:30:00Z')
let catalogue: Catalogue
let integration: Integration
let weekdays: CompiledCalendar
beforeAll(async () => {
  catalogue = await shippedCatalogue()
  const [first] = catalogue.integrations.values()
  if (!first) throw new Error('the group has integrations')
  integration = { ...first, slo: { target: 0.99, latencyP95Ms: 1000, silentAfter: 'PT1H' } }
  weekdays = catalogue.calendarFor('facility', '')
})
const hour = (over: object) => ({ at: '2026-11-20T13:00:00Z', events: 100, failed: 0, p95: 100, ...over })
const at = Date.parse('2026-11-20T13:00:00Z')

describe('an hour', () => {
  it.each([
    [{}, 'clear'], [{ failed: 5 }, 'late'], [{ p95: 2000 }, 'late'], [{ failed: 11 }, 'failing'], [{ events: 1, failed: 1 }, 'failing'], [{ events: 0 }, 'none'],
  ])('%o is %s', (counts, state) => {
    expect(hourState(hour(counts), at, integration, ALWAYS)).toBe(state)
  })
  it('without events is nothing to worry about at night, or where silence is agreed', () => {
    expect(hourState(undefined, Date.parse('2026-11-22T13:00:00Z'), integration, weekdays)).toBe('idle')
    expect(hourState(undefined, at, { ...integration, slo: { ...integration.slo, silentAfter: null } }, ALWAYS)).toBe('idle')
  })
})

describe('the whole', () => {
  const clear = (last: string | null) => ({ lastEventAt: last })
  it('is unknown and never clear when nothing was ever heard', () => {
    expect(integrationState(clear(null), [], integration, ALWAYS, NOW, true)).toBe('no_data')
  })
  it('fails as long as the newest hour with events fails, and no longer', () => {
    expect(integrationState(clear(NOW.toISOString()), ['failing', 'idle', 'none'], integration, ALWAYS, NOW, true)).toBe('failing')
    expect(integrationState(clear(NOW.toISOString()), ['failing', 'clear', 'idle'], integration, ALWAYS, NOW, true)).toBe('clear')
  })
  it('is late by silence only where all of it is seen', () => {
    const silent = clear('2026-11-20T08:00:00Z')
    expect([true, false].map(whole => integrationState(silent, ['clear', 'idle'], integration, ALWAYS, NOW, whole))).toEqual(['late', 'clear'])
  })
  it('is late after its silence is over, to the second, counted in working time', () => {
    expect(isSilent(clear('2026-11-20T13:30:00Z'), integration, ALWAYS, NOW)).toBe(false)
    expect(isSilent(clear('2026-11-20T13:29:59Z'), integration, ALWAYS, NOW)).toBe(true)
    expect(isSilent(clear('2026-11-20T23:00:00Z'), integration, weekdays, new Date('2026-11-22T23:00:00Z'))).toBe(false)
  })
})

it('puts the running hour last in the strip', () => {
  const strip = hourStrip([{ at: '2026-11-20T14:00:00Z', events: 10, failed: 9, p95: null }], integration, ALWAYS, NOW)
  expect([strip.length, strip.at(-1), strip.at(-2)]).toEqual([24, 'failing', 'none'])
})

it('leaves steps without events empty and never zero', () => {
  const points = seriesPoints([{ at: '2026-11-20T14:00:00Z', events: 3, failed: 1, p95: 7 }], NOW, 60, 1800)
  expect(points).toEqual([{ at: '2026-11-20T14:00:00.000Z', values: { moves: 3, failed: 1, p95: 7 } }, { at: '2026-11-20T14:30:00.000Z', values: { moves: null, failed: null, p95: null } }])
})

it('says zero where nothing had to move, and no latency of nothing', () => {
  const points = seriesPoints([{ at: '2026-11-20T14:00:00Z', events: 3, failed: 1, p95: 7 }], NOW, 60, 1800, start => start === Date.parse('2026-11-20T14:30:00Z'))
  expect(points[1]?.values).toEqual({ moves: 0, failed: 0, p95: null })
})

it('filters by state and by what posts money, and groups by the end that is not the ERP', () => {
  const rows = [{ state: 'failing', postsMoney: true }, { state: 'late', postsMoney: false }] as IntegrationRow[]
  expect([filterRows(rows, 'all').length, filterRows(rows, 'failing').length, filterRows(rows, 'posts_money').length, filterRows(rows, 'no_data').length]).toEqual([2, 1, 1, 0])
  const accounting = [...catalogue.integrations.values()].find(one => catalogue.systems.get(one.to)?.group === 'accounting')
  expect(accounting && groupOf(accounting, catalogue)).toBe('accounting')
})
