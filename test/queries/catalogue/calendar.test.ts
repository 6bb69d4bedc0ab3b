/** Working time against examples worked out by hand, and against a slow model that asks the wall clock minute by minute. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALWAYS, addWorking, addWorkingMs, CalendarError, compileCalendar, isOpen, workingBetween, workingMs } from '#queries/catalogue/calendar.ts'
import type { Calendar } from '#queries/catalogue/schema.ts'
import { SlowCalendar } from './slow-calendar.ts'

type Hours = Calendar['week'][number]
const HOUR = 3_600_000
const at = (text: string) => Date.parse(text)
const iso = (ms: number) => new Date(ms).toISOString()

function calendar(timeZone: string, weekday: Hours, weekend: Hours = [], days: Calendar['days'] = []): Calendar {
  return { id: 'test', name: 'Test', timeZone, week: [weekday, weekday, weekday, weekday, weekday, weekend, weekend], days }
}
const office: Hours = [['08:00', '18:00']]
const utc = compileCalendar(calendar('UTC', office, [], [
  { date: '2026-12-24', name: 'half day', hours: [['08:00', '12:00']] },
  { date: '2026-12-25', name: 'holiday', hours: [] },
]))

describe('adding working time', () => {
  it('counts one day as the open hours of the longest weekday', () => {
    expect(iso(addWorking(utc, at('2026-11-17T15:00:00Z'), 'P1D'))).toBe('2026-11-18T15:00:00.000Z')
    expect(iso(addWorking(utc, at('2026-11-20T15:00:00Z'), 'P1D'))).toBe('2026-11-23T15:00:00.000Z')
    const uneven = compileCalendar({ ...calendar('UTC', [['08:00', '12:00']]), week: [[['08:00', '12:00']], [['06:00', '14:00'], ['15:00', '16:00']], [], [], [], [], []] })
    expect(workingMs(uneven, 'P2DT30M')).toBe(18 * HOUR + HOUR / 2)
  })

  it('starts to count when the calendar opens and is due at the closing minute, not at the next opening', () => {
    expect(iso(addWorking(utc, at('2026-11-21T11:00:00Z'), 'PT2H'))).toBe('2026-11-23T10:00:00.000Z')
    expect(iso(addWorking(utc, at('2026-11-20T16:00:00Z'), 'PT2H'))).toBe('2026-11-20T18:00:00.000Z')
    expect(iso(addWorkingMs(utc, at('2026-11-20T16:00:00Z'), 2 * HOUR + 1))).toBe('2026-11-23T08:00:00.001Z')
    expect(addWorking(utc, at('2026-11-21T11:00:00Z'), 'PT0S')).toBe(at('2026-11-21T11:00:00Z'))
  })

  it('knows half days, holidays and the turn of the year', () => {
    expect(iso(addWorking(utc, at('2026-12-24T10:00:00Z'), 'PT3H'))).toBe('2026-12-28T09:00:00.000Z')
    expect(iso(addWorking(utc, at('2026-12-31T17:00:00Z'), 'P1D'))).toBe('2027-01-01T17:00:00.000Z')
  })

  it('lets round-the-clock hours run through midnight and the turn of the year', () => {
    const open = compileCalendar(calendar('Europe/Zurich', [['00:00', '24:00']], [['00:00', '24:00']]))
    expect(iso(addWorking(open, at('2026-12-31T20:00:00Z'), 'P1DT1H'))).toBe('2027-01-01T21:00:00.000Z')
    expect(workingMs(open, 'P1D')).toBe(workingMs(ALWAYS, 'P1D'))
  })

  it('counts the hour that comes twice and leaves out the one that never comes', () => {
    const night = compileCalendar(calendar('Europe/Zurich', [['00:00', '06:00']], [['00:00', '06:00']]))
    // 25 October 2026: 00:00 is 22:00Z the day before, 06:00 is 05:00Z: seven hours. 28 March 2027: five.
    expect(workingBetween(night, at('2026-10-24T22:00:00Z'), at('2026-10-25T12:00:00Z'))).toBe(7 * HOUR)
    expect(workingBetween(night, at('2027-03-27T23:00:00Z'), at('2027-03-28T12:00:00Z'))).toBe(5 * HOUR)
    expect(iso(addWorking(night, at('2026-10-24T22:00:00Z'), 'PT7H'))).toBe('2026-10-25T05:00:00.000Z')
  })

  it('uses the local clock of each zone before and after the change', () => {
    const newYork = compileCalendar(calendar('America/New_York', office))
    expect(iso(addWorking(newYork, at('2026-10-30T12:00:00Z'), 'PT1H'))).toBe('2026-10-30T13:00:00.000Z')
    expect(iso(addWorking(newYork, at('2026-11-02T12:00:00Z'), 'PT1H'))).toBe('2026-11-02T14:00:00.000Z')
  })

  it('is elapsed time for ALWAYS', () => {
    expect(addWorking(ALWAYS, 0, 'P1DT1H1M1S')).toBe(86_400_000 + 3_661_000)
    expect(workingBetween(ALWAYS, 500, 200)).toBe(-300)
    expect(isOpen(ALWAYS, 0)).toBe(true)
  })
})

describe('calendars that cannot work', () => {
  const broken: [string, Calendar, string][] = [
    ['no hours in the week', calendar('UTC', []), 'never opens'],
    ['a zone that does not exist', calendar('Europe/Luzern', office), 'unknown time zone'],
    ['hours backwards', calendar('UTC', [['12:00', '08:00']]), 'closes before it opens'],
    ['hours that overlap', calendar('UTC', [['08:00', '12:00'], ['11:00', '13:00']]), 'overlap'],
    ['a date given twice', calendar('UTC', office, [], [{ date: '2026-08-01', name: 'a', hours: [] }, { date: '2026-08-01', name: 'b', hours: [] }]), 'given twice'],
  ]
  it.each(broken)('refuses %s', (_name, document, message) => {
    expect(() => compileCalendar(document)).toThrow(CalendarError)
    expect(() => compileCalendar(document)).toThrow(message)
  })

  it('finds the next opening after months of closed days, and gives up with words after years of them', () => {
    const closed = (from: string, days: number) => Array.from({ length: days }, (_, index) => ({ date: new Date(at(from) + index * 24 * HOUR).toISOString().slice(0, 10), name: 'closed', hours: [] as Hours }))
    const months = compileCalendar(calendar('UTC', office, [], closed('2026-08-01', 150)))
    expect(iso(addWorking(months, at('2026-08-01T09:00:00Z'), 'PT1H'))).toBe('2026-12-29T09:00:00.000Z')
    const years = compileCalendar(calendar('UTC', office, [], closed('2026-01-01', 6 * 366)))
    expect(() => addWorking(years, at('2026-01-01T09:00:00Z'), 'PT1H')).toThrow('does not open in 5 years')
    expect(() => addWorking(utc, at('2026-01-01T09:00:00Z'), 'P999999D')).toThrow('does not open enough')
  })

  it('refuses text that is no duration', () => {
    for (const text of ['', 'P', 'PT', 'P1M', 'P1W', '-P1D', 'P1.5D', 'PT1H30', 'P1DT']) expect(() => workingMs(ALWAYS, text)).toThrow(RangeError)
  })
})

/** Random cases per property; `npm run test:long` has as many as were promised. */
const LONG = process.env['SIGNALBOX_LONG'] === '1'
const CASES = LONG ? 10_000 : 150
const PATIENCE_MS = LONG ? 3_600_000 : 60_000

describe('against the slow model', () => {
  /** Instants around changes of the clocks, half an hour's change at Lord Howe included, and one quiet time. */
  const near = fc.constantFrom(...['2026-10-25T01:00:00Z', '2027-03-28T01:00:00Z', '2026-11-01T06:00:00Z', '2027-03-14T07:00:00Z', '2026-10-03T15:30:00Z', '2026-12-31T23:00:00Z', '2026-08-12T12:00:00Z'].map(at))
  const clock = fc.integer({ min: 0, max: 96 }).map(quarter => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`)
  const hours: fc.Arbitrary<Hours> = fc.oneof(
    { weight: 1, arbitrary: fc.constant<Hours>([]) },
    { weight: 1, arbitrary: fc.constant<Hours>([['00:00', '24:00']]) },
    { weight: 4, arbitrary: fc.uniqueArray(clock, { minLength: 2, maxLength: 6 }).map(list => list.sort()).map(list => Array.from({ length: Math.floor(list.length / 2) }, (_, index) => [list[index * 2]!, list[index * 2 + 1]!] as [string, string])) },
  )
  const documents = fc.record({
    timeZone: fc.constantFrom('Europe/Zurich', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kuwait', 'UTC'),
    week: fc.array(hours, { minLength: 7, maxLength: 7 }).filter(week => week.some(day => day.length > 0)),
    days: fc.uniqueArray(fc.record({ date: fc.constantFrom('2026-10-25', '2026-10-24', '2027-03-28', '2026-11-01', '2027-03-14', '2026-10-04', '2027-01-01', '2026-08-13'), name: fc.constant('day'), hours }), { selector: day => day.date, maxLength: 4 }),
  }).map(parts => ({ id: 'random', name: 'Random', ...parts }))
  const offset = fc.integer({ min: -3 * 24 * HOUR, max: 3 * 24 * HOUR })

  it('adds the same', () => {
    fc.assert(fc.property(documents, near, offset, fc.integer({ min: 0, max: 30 * HOUR }), (document, change, shift, ms) => {
      const from = change + shift
      const expected = new SlowCalendar(document).add(from, ms, from + 12 * 24 * HOUR)
      fc.pre(expected !== undefined)
      expect(iso(addWorkingMs(compileCalendar(document), from, ms))).toBe(iso(expected!))
    }), { numRuns: CASES })
  }, PATIENCE_MS)

  it('measures the same, and adding and measuring undo each other', () => {
    fc.assert(fc.property(documents, near, offset, offset, (document, change, shift, length) => {
      const [from, to] = [change + shift, change + shift + length]
      const compiled = compileCalendar(document)
      const slow = new SlowCalendar(document)
      const between = workingBetween(compiled, from, to)
      expect(between).toBe(length < 0 ? 0 - slow.between(to, from) : slow.between(from, to))
      expect(isOpen(compiled, from)).toBe(slow.isOpen(from))
      if (between > 0) {
        const due = addWorkingMs(compiled, from, between)
        expect(due).toBeLessThanOrEqual(to)
        expect(workingBetween(compiled, from, due)).toBe(between)
        expect(workingBetween(compiled, from, due - 1)).toBe(between - 1)
      }
    }), { numRuns: CASES })
  }, PATIENCE_MS)
})
