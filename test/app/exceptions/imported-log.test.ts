/**
 * Trouble in a foreign log: the official SAP purchasing sample is imported as it is, a process is declared over its own event types, and
 * what is found must be what a plain walk over the file finds. The walk shares no code with the product.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { exceptionFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import { samplesFolder } from '#test/ingest/samples.ts'
import { openTestProduct } from '#test/support/product.ts'

const samples = samplesFolder()
const DAY_MS = 24 * 3_600_000
/** The day after the log's last event. */
const NOW = Date.parse('2020-06-05T00:00:00Z')
/** Of the orders that are answered in this log, 95 of 100 are within 15 days. */
const WITHIN_DAYS = 30
const [CREATED, INVOICED, CANCELLED] = ['Create Purchase Order', 'Enter Incoming Invoice', 'Cancel Invoice Document']
const ANSWERS = [INVOICED, 'Evaluated Receipt Settlement', 'Post Goods Receipt for PO']

const milestone = (type: string, negative = false) => ({
  type, object: negative ? 'invoice' : 'purchase_order', negative, supersededBy: negative ? [INVOICED] : [], postsMoney: false, postsStock: false,
  words: { name: type, done: `${type}: {id}`, failed: `${type} failed for {id}: {error}`, missing: `${type} is missing for {id}` },
})
const PROCESS = {
  id: 'sap-purchasing', position: 50, name: 'Purchasing in SAP', shortName: 'SAP purchasing', description: 'The sample log of a purchasing process, in its own words.',
  milestones: [CREATED, ...ANSWERS].map(type => milestone(type)).concat(milestone(CANCELLED, true)),
  expectations: [{
    id: 'order-answered', object: 'purchase_order', after: CREATED, expect: ANSWERS, cancel: [], calendar: 'always', warnAt: 0.8, when: null,
    within: { critical: `P${WITHIN_DAYS}D`, high: `P${WITHIN_DAYS}D`, normal: `P${WITHIN_DAYS}D`, low: `P${WITHIN_DAYS}D` },
    missing: 'Neither a receipt nor an invoice has come for {id}', explanation: 'The order was created and nothing else is known of it.',
  }],
}

interface Log { events: { type: string; time: string; relationships?: { objectId: string }[] }[]; objects: { id: string; type: string }[] }

/** Orders without an answer that were created more than the time allowed ago, and invoices that were cancelled and not entered again. */
function walk({ events, objects }: Log): { unanswered: string[]; cancelled: string[] } {
  const timesOf = new Map(objects.map(object => [object.id, new Map<string, number[]>()]))
  for (const { type, time, relationships } of events.filter(event => event.type !== '' && event.time !== '')) {
    for (const id of new Set(relationships?.map(one => one.objectId))) {
      const times = timesOf.get(id)
      times?.set(type, [...(times.get(type) ?? []), Date.parse(time)])
    }
  }
  const idsWhere = (type: string, holds: (times: ReadonlyMap<string, number[]>) => boolean) => objects.filter(object => object.type === type && holds(timesOf.get(object.id) ?? new Map())).map(object => object.id).sort()
  return {
    unanswered: idsWhere('purchase_order', times => Math.min(...(times.get(CREATED) ?? [])) + WITHIN_DAYS * DAY_MS <= NOW && !ANSWERS.some(type => times.has(type))),
    cancelled: idsWhere('invoice', times => times.has(CANCELLED) && Math.max(...(times.get(INVOICED) ?? [])) < Math.max(...(times.get(CANCELLED) ?? []))),
  }
}

test.skipIf(!samples)('the SAP sample’s unanswered orders and cancelled invoices are found, all and no others (skipped without the shared samples)', async () => {
  const body = readFileSync(join(samples ?? '', 'process-logs/sap-p2p/purchase-to-pay.ocel.json.gz'))
  const truth = walk(JSON.parse(gunzipSync(body).toString()) as Log)
  const product = await openTestProduct({ clock: () => NOW, documents: [{ kind: 'process', document: PROCESS }] })
  try {
    const response = await product.ingest.app.request('/v1/files/ocel2', { method: 'POST', body: new Uint8Array(body), headers: { authorization: `Bearer ${product.key}`, 'content-type': 'application/json', 'content-encoding': 'gzip' } })
    expect(await response.json()).toMatchObject({ accepted: 12_395 })
    await product.worker.idle()
    const { clickhouse } = product.stores
    const found = async (kind: 'overdue' | 'failed') => {
      const filter: ExceptionFilter = exceptionFilter.parse({ kind: [kind], process: [PROCESS.id] })
      const ids: string[] = []
      for (let cursor: string | undefined; ; ) {
        const page = await listExceptions(clickhouse, filter, { limit: 200, ...(cursor && { cursor }) }, 'all')
        ids.push(...page.items.flatMap(item => item.object?.id ?? []))
        if (!page.nextCursor) break
        cursor = page.nextCursor
      }
      expect(ids).toHaveLength((await countExceptions(clickhouse, filter, 'all')).count)
      return ids.sort()
    }
    expect(await found('overdue')).toEqual(truth.unanswered)
    expect(await found('failed')).toEqual(truth.cancelled)
    // counted with another tool: 8,085 orders created, 2,034 answered, 20 of the rest younger than 30 days; 8 invoices cancelled for good
    expect([truth.unanswered.length, truth.cancelled.length]).toEqual([6031, 8])
  } finally {
    await product.dispose()
  }
}, 240_000)
