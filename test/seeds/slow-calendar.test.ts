/** The slow calendar against dates worked out by hand, because everything planted leans on it. */
import { expect, test } from 'vitest'
import { readGroup } from '#seeds/history/group.ts'
import { parseSpan, workingTime } from '#seeds/history/working-time.ts'
import { SlowCalendar, slowDue } from '#seeds/truth/slow-calendar.ts'
import { Random } from '#seeds/history/random.ts'

const OFFICE = { id: 'office', name: 'Office', timeZone: 'Europe/Zurich', week: [[['08:00', '12:00'], ['13:00', '17:00']], [['08:00', '12:00'], ['13:00', '17:00']], [['08:00', '12:00'], ['13:00', '17:00']], [['08:00', '12:00'], ['13:00', '17:00']], [['08:00', '12:00']], [], []], days: [{ date: '2026-12-24', name: 'Half day', hours: [['08:00', '10:00']] }, { date: '2026-12-25', name: 'Christmas', hours: [] }] } satisfies Parameters<typeof workingTime>[0]
const due = (from: string, duration: string): string => new Date(slowDue(new SlowCalendar(OFFICE), Date.parse(from), duration)).toISOString()

test.each([
  // Monday 10:00 in Zurich, over lunch
  ['2026-11-16T09:00:00Z', 'PT3H', '2026-11-16T13:00:00.000Z'],
  // Friday 11:30: half an hour, then Monday
  ['2026-11-20T10:30:00Z', 'PT1H', '2026-11-23T07:30:00.000Z'],
  // a day is the longest weekday's eight hours: Friday's four, Monday's four
  ['2026-11-20T07:00:00Z', 'P1D', '2026-11-23T11:00:00.000Z'],
  // begun at night, seconds kept
  ['2026-11-16T22:00:12.345Z', 'PT30M', '2026-11-17T07:30:00.000Z'],
  // the clock goes back on 25 October: eight in the morning is 06:00 UTC on Friday, 07:00 UTC on Monday
  ['2026-10-23T06:00:00Z', 'PT5H', '2026-10-26T08:00:00.000Z'],
  // the half day before Christmas has two hours; Christmas is a Friday, then the weekend
  ['2026-12-24T07:00:00Z', 'PT3H', '2026-12-28T08:00:00.000Z'],
])('%s + %s is %s', (from, duration, expected) => {
  expect(due(from, duration)).toBe(expected)
})

test('without a calendar a day has 24 hours', () => {
  expect(new Date(slowDue(null, Date.parse('2026-10-24T12:00:00Z'), 'P2DT1H')).toISOString()).toBe('2026-10-26T13:00:00.000Z')
})

test('agrees with the generator’s fast calendar on every calendar of the group', () => {
  const random = new Random('calendars')
  for (const calendar of readGroup().calendars.values()) {
    const slow = new SlowCalendar(calendar)
    const fast = workingTime(calendar)
    for (let turn = 0; turn < 40; turn++) {
      const from = Date.parse('2026-08-20T00:00:00Z') + random.int(0, 150 * 86_400_000)
      const duration = random.pick(['PT30M', 'PT4H', 'P1D', 'P2DT3H', 'P10D'])
      expect(fast.add(from, fast.length(parseSpan(duration)))).toBe(slowDue(slow, from, duration))
    }
  }
})
