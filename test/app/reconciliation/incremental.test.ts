/** Following the log in whatever pieces and order it comes gives what a run over everything gives, and no item is used beyond its amount. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Follower } from '#app/reconciliation/follow.ts'
import { runSet } from '#app/reconciliation/run.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { extractItems } from '#queries/clickhouse/reconciliation/extract.ts'
import { seedCatalogue } from '#queries/catalogue/documents.ts'
import type { EventRow } from '#queries/clickhouse/events/rows.ts'
import { Random } from '#seeds/history/random.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'
import { DAY, row, shippedCatalogue, shippedDocuments, silent, TestWriter } from '../exceptions/support.ts'

const NOW = Date.UTC(2026, 10, 20)
const SEEDS = (process.env['SIGNALBOX_TEST_SEED'] ?? '11').split(',').map(Number)
const BATCHES = 4
const SET = 'payment-to-invoice'
let stores: TestStores
let catalogue: Catalogue

beforeAll(async () => {
  stores = await openTestStores()
  const all = await shippedCatalogue()
  await seedCatalogue(stores.postgres, await shippedDocuments(), 'test')
  const set = all.reconciliationSets.get(SET)
  catalogue = { ...all, reconciliationSets: new Map(set ? [[SET, set]] : []) }
}, 120_000)
afterAll(() => stores?.dispose())

/** Invoices, part and double payments, credit notes, corrections and cancellations, all over a few references. */
function events(seed: number): EventRow[] {
  const random = new Random(seed, 'recon')
  const reference = () => `INV-${seed}-${random.int(1, 9)}`
  const amount = (): [string, string] => [String(random.pick([1000, 1000, 2500, 700])), 'CHF']
  return Array.from({ length: 60 }, (_, index) => {
    const time = NOW - random.int(1, 60) * DAY
    const what = random.int(1, 10)
    const invoice = reference()
    const shared = { time, entity: 'solvane-ch', facility: 'rosenfluh', counterparty: `C-${random.int(1, 2)}` }
    if (what <= 4) return row({ ...shared, type: 'finance.customer_invoice.issued', object: `customer_invoice/${invoice}`, amount: amount(), attributes: { reference: invoice } })
    if (what === 5) return row({ ...shared, type: 'finance.customer_invoice.cancelled', object: `customer_invoice/${invoice}` })
    if (what === 6) return row({ ...shared, type: 'finance.credit_note.issued', object: `credit_note/CN-${seed}-${index}`, amount: ['700', 'CHF'], attributes: { appliesTo: invoice } })
    return row({ ...shared, type: 'payments.payment.received', object: `payment/P-${seed}-${random.int(1, 20)}`, amount: amount(), attributes: { ...(random.chance(0.8) && { reference: invoice }) } })
  })
}

async function standing(): Promise<unknown[]> {
  const { rows } = await stores.clickhouse.query({
    name: 'test.standing',
    sql: `SELECT item_id, toString(minor) AS minor, toString(open_minor) AS open, status, match_id, difference_reasons, arrayMap(x -> toString(x), difference_minors) AS differences, arraySort(suggestions) AS suggested FROM recon_results FINAL WHERE set_id = 'payment-to-invoice' ORDER BY item_id`,
  })
  return rows
}

test.each(SEEDS)('seed %i', async seed => {
  const writer = await TestWriter.register(stores, `writer-${seed}`)
  const follower = new Follower({ stores, catalogue: { current: () => catalogue }, log: silent, clock: () => NOW, finders: [] })
  const all = events(seed)
  for (let batch = 0; batch < BATCHES; batch++) {
    await writer.write(all.filter((_, index) => index % BATCHES === batch), [], false)
    await follower.round()
  }
  const followed = await standing()
  expect(followed.length).toBeGreaterThan(15)
  expect(new Set(followed.map(each => (each as { status: string }).status)).size).toBeGreaterThan(3)
  const set = catalogue.reconciliationSets.get(SET)
  if (!set) throw new Error('no set')
  const number = Date.now() + 1_000_000
  await extractItems(stores.clickhouse, set, null, number)
  const outcome = await runSet({ stores, set, number: number + 1, ruleVersion: 1, now: new Date(NOW), since: null })
  expect(outcome).toMatchObject({ status: 'succeeded', error: null })
  expect(followed).toEqual(await standing())
}, 240_000)
