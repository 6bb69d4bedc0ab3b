/**
 * The planted-trouble comparison: a history with planted cases goes in as over HTTP; every exception that is open afterwards must be
 * in the ground truth, and every row of the truth must be open. The truth knows nothing of the code it judges (`seeds/truth`).
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FINDERS } from '#app/exceptions/rules.ts'
import type { FinderKind } from '#app/exceptions/rules.ts'
import { approversWaiting } from '#app/views/approvers.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { generateHistory, plantingOf } from '#seeds/history/generate.ts'
import type { GroundTruth, TruthRow } from '#seeds/truth/truth.ts'
import { openTestProduct, type TestProduct } from '#test/support/product.ts'

const UNTIL = new Date('2026-11-20T14:30:00Z')
/** Saturday: nothing is open but what never closes, and clocks began before the weekend. */
const WEEKEND = new Date('2026-11-21T05:37:22Z')
/** `SIGNALBOX_TEST_SCALE=1` is the full history of about 400,000 events. */
const SCALE = Number(process.env['SIGNALBOX_TEST_SCALE'] ?? 0.03)
const SEEDS = (process.env['SIGNALBOX_TEST_SEED'] ?? '20261120,7').split(',').map(Number)

// odd seeds end at the weekend
describe.each(SEEDS.map(seed => [seed, seed % 2 === 0 ? UNTIL : WEEKEND] as const))(`planted trouble, seed %i, until %s, scale ${SCALE}`, (seed, until) => {
  let product: TestProduct
  let truth: GroundTruth
  let open: ExceptionView[]

  beforeAll(async () => {
    product = await openTestProduct({ clock: () => until.getTime() })
    const options = { seed, until, scale: SCALE }
    const { surprises } = await product.load(generateHistory(options))
    expect(surprises).toEqual([])
    await product.worker.idle()
    await product.worker.reconciled()
    truth = plantingOf(options).truth
    open = await everyException(product)
  }, 600_000)
  afterAll(() => product?.dispose())

  for (const finder of FINDERS) {
    it(`finds every planted ${finder} one and invents none`, () => {
      const planted = truth.cases.filter(row => row.finder === finder)
      const found = open.filter(exception => exception.kind === finder)
      const { missed, invented } = compare(planted.map(keyOfTruth), found.map(keyOfException))
      expect({ missed, invented }).toEqual({ missed: [], invented: [] })
      expect(planted.length).toBeGreaterThan(LEAST[finder])
    })
  }

  it('says the right facility, amount, due time and start of each', () => {
    const byKey = new Map(open.map(exception => [keyOfException(exception), exception]))
    const wrong = truth.cases.filter(row => row.finder === 'failed' || row.finder === 'overdue').flatMap(row => {
      const exception = byKey.get(keyOfTruth(row))
      if (!exception) return []
      const said = { facility: exception.facility, entity: exception.entity, amount: exception.amount, dueAt: row.finder === 'overdue' ? exception.dueAt : row.dueAt, firstSeen: exception.firstSeen }
      const meant = { facility: row.facility, entity: row.entity, amount: row.amount, dueAt: row.dueAt, firstSeen: row.firstSeen }
      return JSON.stringify(instants(said)) === JSON.stringify(instants(meant)) ? [] : [{ case: row.caseKind, said, meant }]
    })
    expect(wrong).toEqual([])
  })

  it('says how severe each is, as the rules told by hand do, and why', () => {
    const byKey = new Map(open.map(exception => [keyOfException(exception), exception]))
    const wrong = truth.cases.filter(row => row.severity !== null).flatMap(row => {
      const exception = byKey.get(keyOfTruth(row))
      return exception && exception.severity !== row.severity ? [{ case: row.caseKind, said: exception.severity, meant: row.severity, reasons: exception.severityReasons, dueAt: exception.dueAt }] : []
    })
    expect(wrong).toEqual([])
    expect(new Set(truth.cases.map(row => row.severity)).size).toBeGreaterThan(4)
    expect(open.filter(exception => exception.severityReasons.length === 0 || exception.severityReasons.some(reason => !/^[A-Z].*[.]$/.test(reason)))).toEqual([])
    expect(open.filter(exception => exception.owner === null && exception.integration !== null)).toEqual([])
    expect(open.filter(exception => !/^[\p{Lu}\p{N}]/u.test(exception.title)).map(exception => exception.title)).toEqual([])
  })

  it('knows whose decisions wait for somebody who left, and that a substitute decides the others', async () => {
    const waiting = await approversWaiting(product.stores, 'all', [], until)
    const people = new Set(truth.routedToLeavers.map(row => row.person))
    const said = waiting.filter(each => people.has(each.approver ?? '')).map(each => [each.approver, each.waiting, each.late])
    expect(said).toEqual([...people].map(person => [person, truth.routedToLeavers.filter(row => row.person === person).length, truth.routedToLeavers.filter(row => row.person === person && row.late).length]))
    expect(said).toEqual([[expect.stringMatching(/^E-/), 4, 3]])
    expect(waiting.find(each => each.approver === 'E-3100')?.waiting).toBe(1)
    // the person is on the page of people who left, and what waits leads to the requisitions themselves
    const [leaver] = [...people]
    expect(open.some(exception => exception.object?.id === leaver && exception.step === 'identity.approval_right.revoked')).toBe(true)
    const ids = new URLSearchParams(waiting.find(each => each.approver === leaver)?.to?.split('?')[1]).getAll('objectId')
    expect(ids.sort()).toEqual(truth.routedToLeavers.map(row => row.requisition).sort())
  })

  it('has a near-miss twin of each kind, none of which is found', () => {
    const keys = new Set(open.map(keyOfException))
    expect(truth.nearMisses.filter(twin => twin.object && keys.has(JSON.stringify([twin.finder, twin.milestone, twin.object.namespace, twin.object.type, twin.object.id])))).toEqual([])
    expect(truth.nearMisses.filter(twin => twin.object === null && twin.finder === 'overdue' && keys.has(JSON.stringify([twin.finder, twin.milestone, twin.integration])))).toEqual([])
    expect(truth.nearMisses.length).toBeGreaterThan(truth.cases.length / 4)
  })
})

// The comparison must notice a finder that does not work: each is switched off once, on the smallest history that has every case.
describe.each(FINDERS)('with the finder of %s switched off', off => {
  it('the comparison is red: all of its cases are missed, and nothing else', async () => {
    const product = await openTestProduct({ clock: () => UNTIL.getTime(), finders: FINDERS.filter(finder => finder !== off) })
    try {
      const options = { seed: SEEDS[0] ?? 1, until: UNTIL, scale: 0.005 }
      await product.load(generateHistory(options))
      await product.worker.idle()
      await product.worker.reconciled()
      const planted = plantingOf(options).truth.cases
      const { missed } = compare(planted.map(keyOfTruth), (await everyException(product)).map(keyOfException))
      const lost = planted.filter(row => row.finder === off).map(keyOfTruth)
      expect(missed).toEqual([...new Set(lost)].sort())
      expect(lost.length).toBeGreaterThan(LEAST[off])
    } finally {
      await product.dispose()
    }
  }, 120_000)
})

/** Fewer cases of a kind than this prove nothing. */
const LEAST: Readonly<Record<FinderKind, number>> = { failed: 10, overdue: 10, rejected: 10, mismatch: 20 }

function compare(planted: string[], found: string[]): { missed: string[]; invented: string[] } {
  const count = (keys: string[]) => keys.reduce((counts, key) => counts.set(key, (counts.get(key) ?? 0) + 1), new Map<string, number>())
  const [left, right] = [count(planted), count(found)]
  const more = (a: Map<string, number>, b: Map<string, number>) => [...a].filter(([key, n]) => n > (b.get(key) ?? 0)).map(([key]) => key).sort()
  return { missed: more(left, right), invented: more(right, left) }
}

/** Codes of bodies in which no identity (source and id) could be read, so that only their number can be compared. */
const WITHOUT_IDENTITY = ['missing_source', 'missing_id', 'malformed', 'unreadable', 'too_deep', 'too_large']
const keyOfRejected = (code: string | null, id: string | undefined) => JSON.stringify(['rejected', code, code && WITHOUT_IDENTITY.includes(code) ? null : (id ?? null)])

function keyOfTruth(row: TruthRow): string {
  if (row.finder === 'rejected') return keyOfRejected(row.code, row.event?.id)
  return JSON.stringify(row.object ? [row.finder, row.milestone, row.object.namespace, row.object.type, row.object.id] : [row.finder, row.milestone, row.integration])
}

function keyOfException(exception: ExceptionView): string {
  if (exception.kind === 'rejected') return keyOfRejected(exception.type, exception.eventIds[0])
  return JSON.stringify(exception.object ? [exception.kind, exception.step, exception.object.namespace, exception.object.type, exception.object.id] : [exception.kind, exception.step, exception.integration])
}

const instants = (value: object) => JSON.parse(JSON.stringify(value), (_key, item: unknown) => (typeof item === 'string' && /^\d{4}-\d\d-\d\dT/.test(item) ? Date.parse(item) : item)) as unknown

async function everyException({ stores }: TestProduct): Promise<ExceptionView[]> {
  const filter = exceptionFilter.parse({})
  const all: ExceptionView[] = []
  for (let cursor: string | undefined; ; ) {
    const { items, nextCursor } = await listExceptions(stores.clickhouse, filter, { limit: 200, ...(cursor && { cursor }) }, 'all')
    all.push(...items)
    if (!nextCursor) return all
    cursor = nextCursor
  }
}
