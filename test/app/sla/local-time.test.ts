/** Digest times and quiet hours against a slow model that walks through the minutes with the runtime's own clock of the zone. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lastDigest, nextDigest, quietEnd, type DigestTimes, type QuietHours } from '#app/sla/local-time.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const ZONES = ['Europe/Zurich', 'Asia/Kuwait', 'Europe/Lisbon', 'America/New_York', 'Australia/Lord_Howe', 'UTC', 'Asia/Kathmandu']
const RUNS = Number(process.env['NUM_RUNS'] ?? 150)

const clocks = new Map<string, Intl.DateTimeFormat>()
/** What the wall clock of a zone shows: `2026-03-29`, `02:30`, 1…7. */
function wall(at: number, zone: string): { day: string; clock: string; weekday: number } {
  const format = clocks.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' })
  clocks.set(zone, format)
  const parts = Object.fromEntries(format.formatToParts(at).map(part => [part.type, part.value]))
  const day = `${parts['year']}-${parts['month']}-${parts['day']}`
  return { day, clock: `${parts['hour']}:${parts['minute']}`, weekday: ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1 }
}

const occurs = (times: DigestTimes, weekday: number) => times.every === 'day' || (times.every === 'weekday' ? weekday <= 5 : weekday === times.weekday)

/** The first minute after `after` at which the wall shows the time on a day of the digest for the first time; a time that the day skips is passed over. */
function slowNext(times: DigestTimes, zone: string, after: number): { at: number; day: string } | null {
  let seen = ''
  // From two days before, so that the second showing of a repeated time is known as such.
  for (let at = Math.floor((after - 2 * DAY) / MINUTE) * MINUTE; at <= after + 9 * DAY; at += MINUTE) {
    const { day, clock, weekday } = wall(at, zone)
    if (clock !== times.at || !occurs(times, weekday) || seen === day) continue
    seen = day
    if (at > after) return { at, day }
  }
  return null
}

const skipped = (times: DigestTimes, zone: string, day: string) => {
  const start = Date.parse(`${day}T00:00:00Z`) - DAY
  for (let at = start; at < start + 3 * DAY; at += MINUTE) if (wall(at, zone).day === day && wall(at, zone).clock === times.at) return false
  return true
}

const clock = fc.tuple(fc.nat(23), fc.constantFrom(0, 15, 30, 45)).map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`)
const digest: fc.Arbitrary<DigestTimes> = fc.record({ every: fc.constantFrom('day', 'weekday', 'week'), weekday: fc.integer({ min: 1, max: 7 }), at: clock })
/** Around the changes of the clock, and anywhere in two years. */
const instant = fc.oneof(
  fc.constantFrom('2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z', '2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z', '2026-04-04T15:00:00Z', '2026-10-03T15:30:00Z').chain(text => fc.integer({ min: -3 * 1440, max: 1440 }).map(minutes => Date.parse(text) + minutes * MINUTE)),
  fc.integer({ min: Date.parse('2026-01-01T00:00:00Z') / MINUTE, max: Date.parse('2027-12-31T00:00:00Z') / MINUTE }).map(minutes => minutes * MINUTE),
)

test('the next digest is what the wall clock says, once per local day, in every zone and over every change of the clock', () => {
  fc.assert(fc.property(digest, fc.constantFrom(...ZONES), instant, (times, zone, after) => {
    const next = nextDigest(times, zone, after)
    expect(next.at).toBeGreaterThan(after)
    const slow = slowNext(times, zone, after)
    // A skipped time has no minute on the wall: it comes within two hours after the gap, on its own day.
    if (skipped(times, zone, next.day)) expect(wall(next.at, zone).day).toBe(next.day)
    else expect(next).toEqual(slow)
  }), { numRuns: RUNS })
})

test('going on from one digest to the next passes every day of the digest exactly once', () => {
  fc.assert(fc.property(digest, fc.constantFrom(...ZONES), instant, (times, zone, start) => {
    const days: string[] = []
    for (let at = start; days.length < 40;) {
      const next = nextDigest(times, zone, at)
      days.push(next.day)
      at = next.at
    }
    expect(new Set(days).size).toBe(days.length)
    const expected: string[] = []
    for (let day = Date.parse(`${days[0]}T12:00:00Z`); expected.length < 40; day += DAY) {
      const date = new Date(day)
      if (occurs(times, ((date.getUTCDay() + 6) % 7) + 1)) expected.push(date.toISOString().slice(0, 10))
    }
    expect(days).toEqual(expected)
  }), { numRuns: RUNS })
})

test('what was due in a stretch of time is the last occurrence in it, or nothing', () => {
  fc.assert(fc.property(digest, fc.constantFrom(...ZONES), instant, fc.integer({ min: 0, max: 5 * 1440 }), (times, zone, after, minutes) => {
    const upTo = after + minutes * MINUTE
    let expected: { at: number; day: string } | null = null
    for (let next = nextDigest(times, zone, after); next.at <= upTo; next = nextDigest(times, zone, next.at)) expected = next
    expect(lastDigest(times, zone, after, upTo)).toEqual(expected)
  }), { numRuns: RUNS })
})

const quiet: fc.Arbitrary<QuietHours> = fc.record({ from: clock, until: clock, weekend: fc.boolean() })
function isQuiet({ from, until, weekend }: QuietHours, zone: string, at: number): boolean {
  const { clock: now, weekday } = wall(at, zone)
  if (weekend && weekday >= 6) return true
  if (from === null || until === null || from === until) return false
  return from < until ? now >= from && now < until : now >= from || now < until
}

test('quiet ends at the first minute that is not quiet, and never holds back what is not in it', () => {
  fc.assert(fc.property(quiet, fc.constantFrom('Asia/Kuwait', 'UTC', 'Asia/Kathmandu'), instant, (hours, zone, now) => {
    const end = quietEnd(hours, zone, now)
    let slow = now
    while (isQuiet(hours, zone, slow)) slow += MINUTE
    expect(end).toBe(slow)
  }), { numRuns: RUNS })
})

test('over a change of the clock quiet from 22:00 until 07:00 still ends at 07:00 on the wall', () => {
  for (const [night, offset] of [['2026-03-28T22:30:00Z', '05:00'], ['2026-10-24T21:30:00Z', '06:00']] as const) {
    const end = quietEnd({ from: '22:00', until: '07:00', weekend: false }, 'Europe/Zurich', Date.parse(night))
    expect(new Date(end).toISOString().slice(11, 16)).toBe(offset)
    expect(wall(end, 'Europe/Zurich').clock).toBe('07:00')
  }
})
