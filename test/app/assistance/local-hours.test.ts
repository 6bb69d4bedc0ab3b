/** The wall clock by hours, against Temporal and over the change of clocks. */
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, it } from 'vitest'
import { dateOfDay, HOUR_MS, LocalHours } from '#app/assistance/local-hours.ts'

const hourAt = (text: string): number => Date.parse(text) / HOUR_MS

it('an hour of the week and a day are what the wall clock shows', () => {
  fc.assert(fc.property(fc.integer({ min: 490_000, max: 510_000 }), fc.constantFrom('Europe/Zurich', 'UTC', 'America/New_York', 'Asia/Tokyo'), (hour, zone) => {
    const clock = new LocalHours(zone)
    const wall = Temporal.Instant.fromEpochMilliseconds(hour * HOUR_MS).toZonedDateTimeISO(zone)
    expect(clock.hourOfWeek(hour)).toBe((wall.dayOfWeek - 1) * 24 + wall.hour)
    expect(dateOfDay(clock.day(hour))).toBe(wall.toPlainDate().toString())
  }))
})

it('a week before is the same time on the wall clock, over the change of clocks too', () => {
  const clock = new LocalHours('Europe/Zurich')
  // Summer time ended on Sunday 25 October 2026.
  expect(clock.weeksBefore(hourAt('2026-10-26T05:00:00Z'), 1)).toBe(hourAt('2026-10-19T04:00:00Z'))
  expect(clock.weeksBefore(hourAt('2026-11-16T05:00:00Z'), 2)).toBe(hourAt('2026-11-02T05:00:00Z'))
  expect(clock.hourOfWeek(hourAt('2026-11-16T05:00:00Z'))).toBe(6)
})
