import { describe, expect, it } from 'vitest'
import { parseTime, timeFlags } from '#ingest/pipeline/time.ts'

describe('RFC 3339', () => {
  it.each<[string, string | null]>([
    ['2026-03-01T08:00:00Z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01t08:00:00.5z', '2026-03-01T08:00:00.500Z'],
    ['2026-03-01 08:00:00+05:30', '2026-03-01T02:30:00.000Z'],
    ['2026-03-01T08:00:00.123999-0800', '2026-03-01T16:00:00.123Z'],
    ['2024-02-29T23:59:60Z', '2024-03-01T00:00:00.000Z'],
    ['1900-01-01T00:00:00Z', '1900-01-01T00:00:00.000Z'],
    ['2023-02-29T00:00:00Z', null], ['2026-13-01T00:00:00Z', null], ['2026-01-01T24:00:00Z', null], ['2026-01-01T00:60:00Z', null],
    ['2026-01-01T00:00:00+24:00', null], ['2026-01-01', null], ['1899-12-31T23:59:59Z', null], ['2300-01-01T00:00:00Z', null], ['0026-01-01T00:00:00Z', null], [' 2026-01-01T00:00:00Z', null],
  ])('%s', (text, expected) => {
    const parsed = parseTime(text)
    expect(parsed && new Date(parsed.epochMs).toISOString()).toBe(expected)
  })
})

it('flags what is odd, to the millisecond', () => {
  const now = Date.parse('2026-11-20T12:00:00Z')
  expect(timeFlags(now + 300_000, now)).toEqual([])
  expect(timeFlags(now + 300_001, now)).toEqual(['future_time'])
  expect(timeFlags(Date.parse('1980-01-01T00:00:00Z'), now)).toEqual([])
  expect(timeFlags(Date.parse('1979-12-31T23:59:59.999Z'), now)).toEqual(['old_time'])
  const later = Date.parse('2040-06-01T00:00:00Z')
  expect(timeFlags(Date.parse('1990-06-01T00:00:00Z'), later)).toEqual([])
  expect(timeFlags(Date.parse('1990-05-31T23:59:59Z'), later)).toEqual(['old_time'])
})
