/**
 * The countdown to the month's end. Calendar: Monday to Friday 08:00–18:00 in Zürich (UTC+1 in November), Monday 30 November a half day until 12:00.
 * From Thursday 26 November 16:00 local: 2 h + Friday 10 h + Monday 4 h = 16 working hours; the last one ends on Monday 12:00 = 11:00 UTC.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { entityCalendar, outlookOf, periodEnd, workingHours } from '#app/invoice-exports/month-end.ts'
import { boundsAround, daysAround, runsBetween } from '#app/views/windows.ts'
import { compileCalendar, type CompiledCalendar } from '#queries/catalogue/calendar.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Forecast } from '#app/assistance/forecast.ts'
import { shippedCatalogue } from '#test/app/exceptions/support.ts'

const ZONE = 'Europe/Zurich'
let calendar: CompiledCalendar
let catalogue: Catalogue
beforeAll(async () => {
  calendar = compileCalendar({ id: 'test', name: 'Test', timeZone: ZONE, week: [...Array.from({ length: 5 }, () => [['08:00', '18:00'] as [string, string]]), [], []], days: [{ date: '2026-11-30', name: 'half', hours: [['08:00', '12:00']] }] })
  catalogue = await shippedCatalogue()
})

describe('the end of the month', () => {
  it('is counted in working time', () => {
    expect(periodEnd(calendar, ZONE, new Date('2026-11-26T15:00:00Z'))).toEqual({ closesAt: '2026-11-30T11:00:00.000Z', endsAt: '2026-11-30T23:00:00.000Z', workingHoursLeft: 16 })
  })
  it('has passed for the work when the last working hour has', () => {
    expect(periodEnd(calendar, ZONE, new Date('2026-11-30T12:00:00Z'))).toMatchObject({ closesAt: null, workingHoursLeft: 0 })
  })
  it('belongs to the entity’s own calendar and zone', () => {
    for (const entity of catalogue.entities.keys()) expect(entityCalendar(catalogue, entity).calendar.id).not.toBe('always')
    expect(entityCalendar(catalogue, 'solvane-kw').timeZone).toBe('Asia/Kuwait')
  })
})

it('a flow in working hours: the night belongs to the hour after it, and what came before the first whole hour is open at its beginning', () => {
  const at = (clock: string) => `2026-11-26T${clock}:00.000Z`
  const steps = [
    { at: at('07:30'), open: 10, came: 1, went: 0, stays: 0 }, // 08:30 local, before the two whole hours that end at 11:00 local
    { at: at('08:00'), open: 11, came: 4, went: 1, stays: 0 },
    { at: at('08:30'), open: 14, came: 0, went: 2, stays: 0 },
    { at: at('09:00'), open: 12, came: 5, went: 0, stays: 0 },
    { at: at('09:30'), open: 17, came: 0, went: 3, stays: 0 },
  ]
  expect(workingHours(steps, calendar, new Date('2026-11-26T10:00:00Z'))).toEqual([{ open: 11, came: 4, went: 3 }, { open: 12, came: 5, went: 3 }])
  // Wednesday 20:00 local is after work: its 7 belong to Thursday's first hour, 08:00–09:00 local.
  const night = [{ at: '2026-11-25T19:00:00.000Z', open: 3, came: 7, went: 0, stays: 0 }, { at: at('07:00'), open: 10, came: 1, went: 2, stays: 0 }]
  expect(workingHours([{ at: '2026-11-25T16:00:00.000Z', open: 3, came: 0, went: 0, stays: 0 }, ...night], calendar, new Date('2026-11-26T08:00:00Z'))).toEqual([{ open: 3, came: 0, went: 0 }, { open: 3, came: 8, went: 2 }])
})

describe('the outlook', () => {
  const forecast = (expected: number, high: number): Forecast => ({ method: 'unchanged', expected, low: 0, high, confidence: 0.8, hours: 10, inflow: 1, outflow: 1, tried: 20, triedHours: 10, error: 1, errorUnchanged: 1 })
  it.each([[forecast(5, 9), 10, 0, 'as_usual'], [forecast(9, 14), 10, 0, 'at_risk'], [forecast(12, 14), 10, 0, 'late'], [forecast(1, 2), 10, 3, 'blocked'], [null, 10, 0, 'unknown']] as const)('%o against %d usual with %d failed is %s', (made, usual, failed, outlook) => {
    expect(outlookOf(made, usual, failed)).toBe(outlook)
  })
})

describe('windows', () => {
  const nightly = { words: '', cron: '0 2 * * *', timeZone: ZONE }
  it('follow the schedule’s own clock over the end of summer time', () => {
    expect(runsBetween(nightly, new Date('2026-10-24T00:00:00Z'), new Date('2026-10-26T01:00:00Z')).map(run => run.toISOString())).toEqual(['2026-10-24T00:00:00.000Z', '2026-10-25T00:00:00.000Z', '2026-10-26T01:00:00.000Z'])
  })
  it('around now: a run on the very moment is past, and there is one ahead', () => {
    expect(boundsAround(nightly, new Date('2026-11-20T01:00:00Z'), 2).map(run => run.toISOString())).toEqual(['2026-11-19T01:00:00.000Z', '2026-11-20T01:00:00.000Z', '2026-11-21T01:00:00.000Z'])
  })
  it('by day: midnights of the zone, a long day when the clocks go back', () => {
    expect(daysAround(ZONE, new Date('2026-10-26T12:00:00Z'), 2).map(day => day.toISOString())).toEqual(['2026-10-23T22:00:00.000Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z', '2026-10-26T23:00:00.000Z'])
  })
})
