/** The generated history: the same for the same seed, valid by the contract, and in no trouble but the planted. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eventData } from '#queries/model/event.ts'
import { generateHistory, generateLife, plantingOf } from '#seeds/history/generate.ts'
import { readGroup } from '#seeds/history/group.ts'
import type { EventItem, SeedItem } from '#seeds/history/events.ts'
import { plant } from '#seeds/truth/plant.ts'
import type { GroundTruth } from '#seeds/truth/truth.ts'
import { judge, judgeNeverStarted } from './oracle.ts'

const UNTIL = new Date('2026-11-20T14:30:00Z')
const SCALE = 0.05
const group = readGroup()
const history = (seed: number, planted = true): SeedItem[] => [...generateHistory({ seed, until: UNTIL, scale: SCALE, planted, group })]
const events = (items: readonly SeedItem[]): EventItem[] => items.filter(item => item.kind === 'event')
const key = (object: { namespace: string; type: string; id: string }): string => `${object.namespace}/${object.type}/${object.id}`
const said = (row: GroundTruth['cases'][number]): string => `${row.finder} ${row.milestone} ${row.object ? key(row.object) : row.integration} ${row.dueAt}`
const neverStarted = (row: GroundTruth['cases'][number]): boolean => row.finder === 'overdue' && row.object === null
const plantedTroubles = (truth: GroundTruth): string[] => truth.cases.filter(row => (row.finder === 'failed' || row.finder === 'overdue') && !neverStarted(row)).map(said)
const hash = (items: readonly SeedItem[]): string => {
  const sum = createHash('sha256')
  for (const item of items) sum.update(item.kind === 'event' ? JSON.stringify(item.event) : item.body)
  return sum.digest('hex')
}

describe('the history', () => {
  const items = history(7)

  test('is the same for the same seed, and another for another', () => {
    const first = hash(items)
    expect(hash(history(7))).toBe(first)
    expect(hash(history(8))).not.toBe(first)
  })

  test('is in order, ends at its end and covers its days', () => {
    expect(items.every((item, index) => index === 0 || (items[index - 1] as SeedItem).at <= item.at)).toBe(true)
    expect(Math.max(...items.slice(-1).map(item => item.at))).toBeLessThanOrEqual(UNTIL.getTime())
    const days = new Set(items.map(item => Math.floor(item.at / 86_400_000)))
    expect(days.size).toBeGreaterThanOrEqual(90)
  })

  test('has events that keep the contract, each with its own identity', () => {
    const seen = new Set<string>()
    const known = new Set(group.processes.flatMap(process => process.milestones.map(milestone => milestone.type)))
    for (const { event } of events(items)) {
      const data = eventData.safeParse(event.data)
      if (!data.success) throw new Error(`${event.type} ${event.id}: ${data.error.message}`)
      expect(known.has(event.type)).toBe(true)
      expect(group.integration(event.integration)).toBeDefined()
      if (event.facility) expect(group.facility(event.facility)).toBeDefined()
      seen.add(`${event.source} ${event.id}`)
    }
    expect(seen.size).toBe(events(items).length)
  })

  test('tells every milestone of every process, and its retries', () => {
    const told = new Set(events(items).filter(item => item.event.data.status === 'succeeded').map(item => item.event.type))
    const never = ['execution.', 'integration.step.failed', 'integration.step.retried', 'integration.step.dead_lettered', 'integration.step.started', 'masterdata.supplier.onboarded', 'payments.adjustment', 'logistics.shipment.returned']
    const missing = group.processes.flatMap(process => process.milestones.map(milestone => milestone.type)).filter(type => !told.has(type) && !never.some(prefix => type.startsWith(prefix)))
    expect(missing).toEqual([])
    expect(events(items).filter(item => item.event.data.status === 'failed').length).toBeGreaterThan(100)
  })
})

describe('the normal course', () => {
  test('is never late and never stuck', () => {
    const verdict = judge(group, history(7, false), UNTIL.getTime())
    expect(verdict.checked).toBeGreaterThan(2_000)
    expect(verdict.open).toEqual([])
    expect(verdict.late).toEqual([])
  }, 120_000)
})

describe('the planted cases', () => {
  test.each([7, 20260])('of seed %i are all there is, and all are there', seed => {
    const { truth } = plantingOf({ seed, until: UNTIL, group })
    const items = history(seed)
    const open = judge(group, items, UNTIL.getTime()).open
    const found = open.map(trouble => `${trouble.finder} ${trouble.milestone} ${trouble.object} ${trouble.dueAt}`)
    expect(found.toSorted()).toEqual(plantedTroubles(truth).toSorted())

    const silent = judgeNeverStarted(group, items, UNTIL.getTime()).map(trouble => `${trouble.finder} ${trouble.milestone} ${trouble.object} ${trouble.dueAt}`)
    expect(silent.toSorted()).toEqual(truth.cases.filter(neverStarted).map(said).toSorted())
    expect(silent.length).toBeGreaterThan(1)

    const touched = new Set(events(items).flatMap(item => item.event.data.objects?.map(key) ?? []))
    const troubled = new Set(open.map(trouble => trouble.object))
    const twins = truth.nearMisses.flatMap(twin => (twin.object ? [key(twin.object)] : []))
    expect(twins.filter(twin => !touched.has(twin))).toEqual([])
    expect(twins.filter(twin => troubled.has(twin))).toEqual([])
    const kinds = new Set(truth.cases.map(row => row.caseKind))
    expect(kinds.size).toBeGreaterThanOrEqual(100)
    const alone = [...kinds].filter(kind => !truth.nearMisses.some(twin => twin.caseKind === kind) && !truth.cases.some(row => row.caseKind === kind && row.finder === 'rejected'))
    // nothing looks like a line that nothing explains, except one that is explained
    expect(alone).toEqual(['bank-line-unexplained'])
  }, 120_000)
})

describe('the planted cases, whenever the history ends', () => {
  // a night, a Sunday, a holiday, the turn of the year, a change of clocks, a minute before closing
  test.each(['2026-11-21T03:00:00Z', '2026-11-22T21:15:00Z', '2026-12-26T11:00:00Z', '2027-01-02T00:10:00Z', '2026-10-25T02:30:00Z', '2026-11-20T17:59:00Z'])('%s: are all there is', ending => {
    const until = Date.parse(ending)
    const { items, truth } = plant({ group, seed: until % 1000, start: until - 90 * 86_400_000, until })
    const found = judge(group, items, until).open.map(trouble => `${trouble.finder} ${trouble.milestone} ${trouble.object} ${trouble.dueAt}`)
    expect(found.toSorted()).toEqual(plantedTroubles(truth).toSorted())
  })
})

describe('life after the end', () => {
  test('goes on with the same events, wherever one begins to read', () => {
    const take = (from: Date, count: number): string[] => {
      const ids: string[] = []
      for (const item of generateLife({ seed: 7, until: UNTIL, scale: SCALE, from, group })) {
        if (item.kind === 'event' && item.at > UNTIL.getTime()) ids.push(item.event.id)
        if (ids.length === count) break
      }
      return ids
    }
    expect(take(UNTIL, 300)).toEqual(take(new Date(UNTIL.getTime() - 20 * 86_400_000), 300))
  })

  test('lets what was under way at the end arrive in time', () => {
    const later = UNTIL.getTime() + 2 * 86_400_000
    const items: SeedItem[] = []
    for (const item of generateLife({ seed: 7, until: UNTIL, scale: SCALE, planted: false, group })) {
      if (item.at > later) break
      items.push(item)
    }
    const begun = new Set(events(items).filter(item => item.at <= UNTIL.getTime()).flatMap(item => item.event.data.objects?.map(object => object.id) ?? []))
    expect(judge(group, items, later).open.filter(trouble => begun.has(trouble.object.split('/')[2] ?? ''))).toEqual([])
  })
})
