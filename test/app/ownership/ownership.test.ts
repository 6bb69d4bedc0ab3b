/** Whom an exception belongs to, and what happens to those that are open when the rules change. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Finder } from '#app/exceptions/finder.ts'
import { previewRules } from '#app/ownership/preview.ts'
import { compileOwnership, ownerName } from '#app/ownership/route.ts'
import type { Facts } from '#app/ownership/facts.ts'
import { openCatalogue } from '#queries/catalogue/catalogue.ts'
import type { CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { readDocumentFiles, saveDocuments, seedCatalogue } from '#queries/catalogue/documents.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import { exceptionHistory } from '#queries/postgres/exceptions.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'
import { HOUR, rejectedRow, row, shippedCatalogue, silent, TestWriter } from '../exceptions/support.ts'

const MONDAY = Date.UTC(2026, 10, 16, 8)
const facts: Facts = {
  kind: 'failed', type: 'customer_invoice_posted_failed', process: 'order-to-cash', step: 'finance.customer_invoice.posted', objectType: 'customer_invoice', facility: 'rosenfluh', entity: 'solvane-ch', integration: 'ledgerline-odoo-postings', system: 'odoo',
  counterpartyId: 'CUS-4011', counterpartyName: 'Praxisverbund Seetal', amountMinor: null, currency: null, criticality: 'normal', warnAt: null, dueAt: MONDAY, beganAt: MONDAY, serves: [],
}

describe('routing', () => {
  it('the first rule that fits decides; without one it is the business owner’s', async () => {
    const catalogue = await shippedCatalogue()
    const { route } = compileOwnership(catalogue)
    expect(route(facts, 'normal')).toEqual({ owner: 'erp-integration', rule: 'failed-step' })
    expect(route({ ...facts, kind: 'overdue', type: 'customer_invoice_posted_overdue' }, 'normal')).toEqual({ owner: 'group-accounting', rule: null })
    expect(route({ ...facts, process: 'replenishment', kind: 'overdue' }, 'critical').owner).toBe('supply-chain')
    // a step that went well and said no is for the business, a failed attempt to say so for who runs the integration
    const refused = { ...facts, process: 'procure-to-pay', step: 'procurement.purchase_order.refused', integration: 'edi-odoo-order-responses' }
    expect([route({ ...refused, type: 'purchase_order_refused' }, 'normal').owner, route({ ...refused, type: 'purchase_order_refused_failed' }, 'normal').owner]).toEqual(['group-procurement', 'edi-desk'])
    expect(route({ ...facts, process: null, step: 'refresh-token', integration: 'unknown' }, 'normal').owner).toBeNull()
    expect([ownerName(catalogue, 'erp-integration'), ownerName(catalogue, 'finance@demo.example', new Map([['finance@demo.example', 'Fiona Keller']])), ownerName(catalogue, 'some-team'), ownerName(catalogue, null)]).toEqual(['ERP integration', 'Fiona Keller', 'Some team', null])
  })
})

describe('a change of the rules', () => {
  let stores: TestStores
  let catalogue: CatalogueHandle
  let writer: TestWriter
  beforeAll(async () => {
    stores = await openTestStores()
    await seedCatalogue(stores.postgres, [...(await readDocumentFiles('seeds/standard')), ...(await readDocumentFiles('seeds/group'))], 'test')
    catalogue = await openCatalogue(stores.postgres)
    writer = await TestWriter.register(stores, 'a')
  })
  afterAll(async () => {
    await catalogue?.close()
    await stores?.dispose()
  })
  const save = async (kind: 'severity_rule' | 'ownership_rule', document: object) => {
    await stores.postgres.transaction().execute(tx => saveDocuments(tx, [{ kind, document }], 'test'))
    await catalogue.refresh()
  }
  const list = async (filter: object = {}) => (await listExceptions(stores.clickhouse, exceptionFilter.parse({ sort: 'firstSeen', ...filter }), { limit: 50 }, 'all')).items

  it('re-routes and re-judges what is open, only what changes, and says why', async () => {
    let now = MONDAY + HOUR
    const finder = await Finder.open({ stores, catalogue, log: silent, clock: () => now })
    const work = async () => {
      while (await finder.step(true));
    }
    const event = (id: number, amount: string) => row({ type: 'finance.customer_invoice.posted', object: `customer_invoice/I-${id}`, status: 'dead_lettered', time: MONDAY + id * 1000, facility: 'rosenfluh', integration: 'ledgerline-odoo-postings', amount: [amount, 'CHF'] })
    await writer.write([event(1, '120000'), event(2, '6420000')], [rejectedRow({ id: 'x', source: 'test', eventId: 'bad', code: 'missing_type', time: MONDAY })])
    await work()
    expect((await list()).map(item => [item.kind, item.severity, item.owner])).toEqual([['rejected', 'normal', null], ['failed', 'normal', 'erp-integration'], ['failed', 'high', 'erp-integration']])
    const versions = new Map((await list()).map(item => [item.id, item.version]))

    const muchMoney = { id: 'much-money', position: 50, name: 'Much money', when: { severity: ['high'], kind: ['failed'] }, to: { team: 'treasury' } }
    // the preview says what will happen, and changes nothing
    const preview = await previewRules(stores, catalogue.current(), [{ kind: 'ownership_rule', document: muchMoney }], 'all', new Map(), now)
    expect(preview).toMatchObject({ looked: 3, changed: 1, sentences: ['1 moves from ERP integration to Treasury.'], examples: [{ from: 'ERP integration', to: 'Treasury' }] })
    expect((await previewRules(stores, catalogue.current(), [{ kind: 'ownership_rule', document: muchMoney }], { facilities: ['elsewhere'], entities: [] }, new Map(), now)).looked).toBe(0)
    await expect(previewRules(stores, catalogue.current(), [{ kind: 'ownership_rule', document: { ...muchMoney, to: { team: 'nobody-there' } } }], 'all', new Map(), now)).rejects.toThrow('nobody-there')
    await save('ownership_rule', { id: 'much-money', position: 50, name: 'Much money', when: { severity: ['high'], kind: ['failed'] }, to: { team: 'treasury' } })
    await work()
    const [rejected, small, large] = await list()
    expect([small?.owner, large?.owner, small?.version === versions.get(small?.id ?? ''), rejected?.version === versions.get(rejected?.id ?? '')]).toEqual(['erp-integration', 'treasury', true, true])
    const history = await exceptionHistory(stores.postgres, Number(large?.id), 'all')
    expect(history.map(entry => entry.act)).toEqual(['opened', 'routed'])
    expect(history[1]).toMatchObject({ actor: { kind: 'schedule', id: 'finder' }, detail: { from: 'erp-integration', to: 'treasury', rule: 'much-money' } })
    expect((await countExceptions(stores.clickhouse, exceptionFilter.parse({ rule: ['owner:much-money'] }), 'all')).count).toBe(1)
    expect((await list({ owner: ['treasury'] })).map(item => item.id)).toEqual([large?.id])

    const { severityRules } = catalogue.current()
    const lower = { ...severityRules.find(rule => rule.id === 'large-amount'), when: { amountAtLeast: [{ currency: 'CHF', value: '1000.00' }] } }
    expect((await previewRules(stores, catalogue.current(), [{ kind: 'severity_rule', document: lower }], 'all', new Map(), now)).sentences).toEqual(['1 would become High.', '1 would no longer be Medium.', '1 moves from ERP integration to Treasury.'])
    await save('severity_rule', lower)
    await work()
    // severity rises, and with it the first one's owner
    expect((await list()).map(item => [item.severity, item.owner])).toEqual([['normal', null], ['high', 'treasury'], ['high', 'treasury']])
    expect((await exceptionHistory(stores.postgres, Number(small?.id), 'all')).map(entry => [entry.act, (entry.detail as { to?: string }).to])).toEqual([['opened', undefined], ['routed', 'treasury'], ['severity_changed', 'high']])

    // time goes on without news: three working days after the failures a rule begins to hold
    // (interfaces that fall silent on the way are judged in their own time)
    while (now - MONDAY <= 2 * 24 * HOUR) {
      now = finder.nextDue() ?? Infinity
      await work()
    }
    expect((await list({ kind: ['failed'] })).map(item => item.severity).sort()).toContain('critical')
  })
})
