/** Names in comments, days in zones: without stores. */
import { expect, test } from 'vitest'
import { hourOf, dayIn } from '#app/exceptions/local-time.ts'
import { maySee, namedIn } from '#app/worklists/mentions.ts'

const person = (id: string, name: string, more: object = {}) => ({ id, name, email: `${id}@example.com`, role: 'finance_lead', allFacilities: true, facilities: [] as string[], entities: [] as string[], ...more })
const people = [person('ann', 'Ann Roth'), person('anna', 'Ann Rothe'), person('ben', 'Ben')]
const named = (text: string) => namedIn(text, people).map(each => each.id)

test('a name counts whole, longest first, by name or e-mail, whatever the case', () => {
  expect(named('please look, @ann roth, and @BEN.')).toEqual(['ann', 'ben'])
  expect(named('@Ann Rothe knows')).toEqual(['anna'])
  expect(named('@Benjamin, @Ann, mail@ben or ben')).toEqual([])
  expect(named('(@ben@example.com) @Ben')).toEqual(['ben'])
})

test('only who may see the place is named by it', () => {
  const place = { facility: 'north', entity: 'north-ag' }
  expect(maySee(person('a', 'A'), place)).toBe(true)
  expect(maySee(person('a', 'A', { allFacilities: false, facilities: ['south'] }), place)).toBe(false)
  expect(maySee(person('a', 'A', { allFacilities: false, entities: ['north-ag'] }), place)).toBe(true)
  expect(maySee(person('a', 'A', { role: 'nobody' }), place)).toBe(false)
})

test('an hour of a day in a zone, on both sides of a change of clocks', () => {
  expect(hourOf('2026-11-21', 7, 'Europe/Zurich')?.toISOString()).toBe('2026-11-21T06:00:00.000Z')
  expect(hourOf('2026-07-01', 7, 'Europe/Zurich')?.toISOString()).toBe('2026-07-01T05:00:00.000Z')
  expect(hourOf('2026-03-29', 7, 'Europe/Zurich')?.toISOString()).toBe('2026-03-29T05:00:00.000Z')
  expect(hourOf('2026-10-25', 7, 'Europe/Zurich')?.toISOString()).toBe('2026-10-25T06:00:00.000Z')
  expect(hourOf('2026-11-21', 7, 'Pacific/Auckland')?.toISOString()).toBe('2026-11-20T18:00:00.000Z')
  expect([hourOf('2026-13-40', 7, 'UTC'), hourOf('tomorrow', 7, 'UTC')]).toEqual([null, null])
  expect(dayIn('Pacific/Auckland', new Date('2026-11-20T18:00:00Z'))).toBe('2026-11-21')
})
