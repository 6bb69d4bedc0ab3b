/** What may have caused a group: near things are named with their distance, far ones and unrelated ones are not. */
import { describe, expect, test } from 'vitest'
import { suspectCauses, surgeStart, type CauseInput } from '#app/groups/causes.ts'
import { fillTrend, lastDays } from '#app/groups/list.ts'
import { likeness } from '#app/groups/similar.ts'

const START = '2026-11-10T10:00:00.000Z'
const at = (minutes: number): string => new Date(Date.parse(START) + minutes * 60_000).toISOString()
const report = (type: string, minutes: number, given: { status?: string; attributes?: Record<string, unknown>; message?: string; integration?: string } = {}) => ({
  type, at: at(minutes), source: 'layer', id: `${type}-${minutes}`, integration: given.integration ?? 'orders', status: given.status ?? 'succeeded', message: given.message ?? '', attributes: given.attributes ?? {},
})
const RELEASE = 'integration.deployment.released'
const CHECK = 'integration.endpoint.checked'
const CREDENTIAL = 'integration.credential.expiring'
const given = (change: Partial<CauseInput> = {}): CauseInput => ({
  starts: [START], classes: [{ class: 'mapping', count: 10 }], reports: [], steps: null, changes: [], documents: new Set(['integration:orders']), begun: [], systems: ['erp'],
  names: { integration: id => id, system: id => id }, ...change,
})
const kinds = (input: CauseInput) => suspectCauses(input).map(cause => [cause.kind, cause.gapSeconds])

describe('causes', () => {
  test('nothing near, nothing said', () => expect(suspectCauses(given())).toEqual([]))

  test.each([[-4, true], [-23 * 60, true], [-25 * 60, false], [30, false], [3, true]])('a release %i minutes from the start counts: %s', (minutes, counts) => {
    const found = suspectCauses(given({ reports: [report(RELEASE, minutes, { attributes: { release: '2026.41.0' } })] }))
    expect(found.map(cause => [cause.kind, cause.title, cause.gapSeconds, cause.event?.id])).toEqual(counts ? [['release', 'Release 2026.41.0', -minutes * 60, `${RELEASE}-${minutes}`]] : [])
  })

  test('of two releases the nearer, and a surge long after the first failure has a start of its own', () => {
    const reports = [report(RELEASE, -600), report(RELEASE, -10), report(RELEASE, 2 * 24 * 60 - 5)]
    expect(kinds(given({ reports: reports.slice(0, 2) }))).toEqual([['release', 600]])
    expect(kinds(given({ reports, starts: [START, at(2 * 24 * 60)] }))[0]).toEqual(['release', 300])
  })

  test('a credential that was announced to end there, stronger where sign-ins are refused', () => {
    const reports = [report(CREDENTIAL, -7 * 24 * 60, { attributes: { daysLeft: 7 } }), report(CREDENTIAL, -24 * 60, { attributes: { daysLeft: 30 } })]
    const [weak] = suspectCauses(given({ reports }))
    const [strong] = suspectCauses(given({ reports, classes: [{ class: 'authentication', count: 10 }] }))
    expect([weak?.kind, strong?.kind]).toEqual(['credential', 'credential'])
    expect(strong?.words).toBe('orders announced 7 days beforehand that its credential ends around this time, and every error is a refused sign-in')
    expect((strong?.score ?? 0) > (weak?.score ?? 0)).toBe(true)
    expect(suspectCauses(given({ classes: [{ class: 'authentication', count: 6 }, { class: 'timeout', count: 4 }] }))[0]).toMatchObject({ kind: 'credential', event: null, words: expect.stringContaining('6 of 10 errors') })
  })

  test('an outage: the checks in a row that failed, until one answered', () => {
    const down = (minutes: number) => report(CHECK, minutes, { status: 'failed', message: '503' })
    const [cause] = suspectCauses(given({ reports: [down(-10), down(5), down(20), report(CHECK, 35), down(600)] }))
    expect(cause).toMatchObject({ kind: 'outage', at: at(-10), gapSeconds: 600, words: 'The endpoint of orders did not answer 3 checks in a row (503), then answered again' })
    expect(suspectCauses(given({ reports: [down(-300)] }))).toEqual([])
  })

  test('nearly everything fails where it did not before; less of a cause where the errors lie in the cases', () => {
    const steps = { integration: 'orders', after: { succeeded: 1, failed: 19 }, before: { succeeded: 400, failed: 2 } }
    expect(suspectCauses(given({ steps, classes: [{ class: 'connection', count: 19 }] }))[0]).toMatchObject({ kind: 'all_failing', score: 75, words: 'Of orders’s steps 19 of 20 failed in an hour, 2 of 402 in the day before it began' })
    expect(suspectCauses(given({ steps }))[0]?.score).toBeLessThan(45)
    expect(suspectCauses(given({ steps: { ...steps, before: { succeeded: 0, failed: 30 } } }))).toEqual([])
    expect(suspectCauses(given({ steps: { ...steps, after: { succeeded: 0, failed: 4 } } }))).toEqual([])
  })

  test('a change of what it depends on, and others that began with it at the same system', () => {
    const change = { kind: 'integration', id: 'orders', version: 4, by: 'ada', at: at(-50) }
    expect(kinds(given({ changes: [change, { ...change, id: 'other' }, { ...change, at: at(1) }] }))).toEqual([['catalogue', 3000]])
    const begun = [{ fingerprint: 'a', system: 'erp', title: 'A', count: 5, first_at: at(-1) }, { fingerprint: 'b', system: 'bank', title: 'B', count: 5, first_at: at(2) }]
    expect(suspectCauses(given({ begun }))).toMatchObject([{ kind: 'common_start', groups: [{ fingerprint: 'a' }], words: 'Another group of failures towards erp began within the same hour' }])
  })
})

test('a surge is the run of hours around the fullest, if that is out of proportion', () => {
  const hour = (index: number, count: number) => ({ at: index * 3600, count, first: `h${index}` })
  expect(surgeStart([])).toBeNull()
  expect(surgeStart([hour(1, 4)])).toBeNull()
  expect(surgeStart([hour(1, 2), hour(5, 2), hour(9, 2), hour(20, 10), hour(21, 40), hour(22, 30)])).toBe('h20')
  expect(surgeStart([hour(1, 9), hour(5, 10), hour(9, 11), hour(12, 10)])).toBeNull()
})

test('days are the reader’s, also where the clock changes', () => {
  const days = lastDays(new Date('2026-10-26T12:00:00Z'), 'Europe/Zurich', 3)
  expect(days.map(day => new Date(day * 1000).toISOString())).toEqual(['2026-10-23T22:00:00.000Z', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'])
  expect(lastDays(new Date('2026-03-29T12:00:00Z'), 'Europe/Zurich', 2).map(day => new Date(day * 1000).toISOString())).toEqual(['2026-03-27T23:00:00.000Z', '2026-03-28T23:00:00.000Z'])
  expect(fillTrend(days, [{ at: days[1] ?? 0, count: 7, first: '' }]).map(day => day.count)).toEqual([0, 7, 0])
})

test('alike are groups that say the same, not those that only fail at the same place', () => {
  const group = { message: 'Cost centre 4210 is not known', title: '', step: 's', code: 'MAP-041', integration: 'i' }
  expect(likeness(group, { ...group, message: 'Cost centre 9 is not known', integration: 'j' })?.reasons).toEqual(['says the same', 'same code MAP-041', 'same step'])
  expect(likeness(group, { ...group, message: 'no answer', code: 'NET-1' })).toBeNull()
})
