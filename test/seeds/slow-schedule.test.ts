/** The slow schedule that dates planted windows, by hand around the changes of the clocks. */
import { expect, test } from 'vitest'
import { slowWindows } from '#seeds/truth/slow-schedule.ts'

const windows = (cron: string, from: string, to: string) => slowWindows(cron, 'Europe/Zurich', Date.parse(from), Date.parse(to)).map(at => new Date(at).toISOString().slice(0, 16))

test('comes round once a day by the wall clock, whatever the clocks do', () => {
  expect(windows('0 2 * * *', '2026-10-23T12:00:00Z', '2026-10-27T12:00:00Z')).toEqual(['2026-10-24T00:00', '2026-10-25T00:00', '2026-10-26T01:00', '2026-10-27T01:00'])
  expect(windows('30 2 * * *', '2027-03-26T12:00:00Z', '2027-03-30T12:00:00Z')).toEqual(['2027-03-27T01:30', '2027-03-28T01:00', '2027-03-29T00:30', '2027-03-30T00:30'])
  expect(windows('0 0 * * *', '2026-11-18T12:00:00Z', '2026-11-20T22:59:00Z')).toEqual(['2026-11-18T23:00', '2026-11-19T23:00'])
  expect(windows('30 1 * * *', '2026-11-18T00:29:59Z', '2026-11-18T00:30:00Z')).toEqual(['2026-11-18T00:30'])
  expect(windows('30 1 * * *', '2026-11-18T00:30:00Z', '2026-11-18T20:00:00Z')).toEqual([])
})
test('knows daily schedules only', () => {
  expect(() => windows('*/30 * * * *', '2026-11-18T00:00:00Z', '2026-11-19T00:00:00Z')).toThrow(RangeError)
})
