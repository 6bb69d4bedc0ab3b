/** When the truth says that a warning comes, by hand; and the two cases of which it was said wrong, over a weekend. */
import { expect, test } from 'vitest'
import { plantingOf } from '#seeds/history/generate.ts'
import { readGroup } from '#seeds/history/group.ts'
import { DueTimes } from '#seeds/truth/slow-due.ts'

test.each([
  // 80 % of eight hours are 6 h 24 min. Rosenfluh is open until 18:00 in Zurich, 17:00 UTC
  ['2026-11-20T09:10:06.982Z', '2026-11-20T15:34:06.982Z', '2026-11-23T06:40:06.982Z'],
  // begun too late for a warning on Friday: 24 minutes of it are left for Monday, from 07:30 in Zurich
  ['2026-11-20T11:00:00.000Z', '2026-11-23T06:54:00.000Z', '2026-11-23T08:30:00.000Z'],
])('the warning of an export asked for at %s comes at %s, and it is due at %s', (from, warned, due) => {
  const group = readGroup()
  const times = new DueTimes(group)
  const expectation = group.processes.flatMap(process => process.expectations).find(item => item.id === 'invoice-exported')
  if (!expectation) throw new Error('nothing expects the export')
  const asked = [expectation, 'normal', 'rosenfluh', Date.parse(from)] as const
  expect([times.warning(...asked), times.of(...asked)].map(at => new Date(at).toISOString())).toEqual([warned, due])
})

test('little money, and the warning passed on Friday: normal on Saturday, not low', () => {
  const { truth } = plantingOf({ seed: 4711, until: new Date('2026-11-21T05:37:22.000Z') })
  const said = truth.cases.filter(row => ['INV-26324-0190365', 'INV-26324-0190408'].includes(row.object?.id ?? ''))
  expect(said.map(row => [row.amount?.value, row.severity])).toEqual([['147.93', 'normal'], ['137.52', 'normal']])
})
