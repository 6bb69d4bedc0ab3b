/**
 * What a night leaves for the mornings: a release breaks a table, and everything on that way fails for one reason; three invoices are
 * not taken by accounting; a supplier's invoice is not posted. All of it as the execution layer reports it, with identifiers of this
 * run's own.
 */

/** How many fail for one reason. */
export const STORM = 30
/** The integration they fail on; repeating it posts neither money nor stock. */
export const WAY = 'odoo-warehouse-items'
export const night = `N${Date.now().toString(36).toUpperCase()}`
export const invoice = { type: 'supplier_invoice', id: `SI-${night}`, namespace: 'solvane-ch' }
export const exports = [1, 2, 3].map(number => `INV-${night}-${number}`)

/** A word of this run's own, so that a second run on the same installation is another cause. */
const table = `the table ${night.toLowerCase().replaceAll(/\d/g, digit => 'abcdefghij'[Number(digit)] ?? '')}`
const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()

/** A step that was tried five times and given up. */
function givenUp(id: string, type: string, integration: string, facility: string, data: Record<string, unknown>): Record<string, unknown> {
  return { id: `${night}-${id}`, source: 'odoo', type, time: at(20), correlationid: `${night}-${id}`, facility, integration, data: { status: 'dead_lettered', attempt: 5, ...data } }
}

export const NIGHT: readonly Record<string, unknown>[] = [
  { id: `${night}-release`, source: 'execution-layer', type: 'integration.deployment.released', time: at(24), integration: WAY, data: { status: 'succeeded', attributes: { release: night } } },
  ...Array.from({ length: STORM }, (_, index) => givenUp(String(index), 'masterdata.item.synced', WAY, 'rosenfluh', {
    error: { code: 'MAP-17', class: 'mapping', message: `item ITM-${night}-${index} has no unit in ${table}, row ${700_000 + index * 37}`, retryable: false },
    objects: [{ type: 'item', id: `ITM-${night}-${index}`, namespace: 'solvane-ch', role: 'subject' }],
  })),
  ...exports.map((id, index) => givenUp(id, 'finance.customer_invoice.exported', 'odoo-ledgerline-invoice-export', 'vallonet', {
    error: { code: 'LED-12', class: 'validation', message: `no cost centre for ${id}`, retryable: false }, amount: { value: `${49_100 + index}.20`, currency: 'CHF' },
    objects: [{ type: 'customer_invoice', id, namespace: 'solvane-ch', role: 'subject' }],
  })),
  givenUp('invoice', 'finance.supplier_invoice.posted', 'odoo-ledgerline-supplier-invoices', 'rosenfluh', {
    error: { code: 'FIN-04', class: 'business_rule', message: 'the period is closed', retryable: false }, amount: { value: '48211.35', currency: 'CHF' },
    counterparty: { type: 'supplier', id: 'SUP-1014', name: 'Alpmed Supplies' }, objects: [{ ...invoice, role: 'subject' }],
  }),
]
