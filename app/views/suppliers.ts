/** Suppliers on the orders of a window: how fast they answer, whether goods come in time, what they refuse and what differs. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { countViewBy } from '#queries/clickhouse/views/counts.ts'
import { supplierRecords, type SupplierRecord, type SupplierSteps } from '#queries/clickhouse/views/suppliers.ts'
import type { Money } from '#queries/model/money.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { VIEW_WINDOWS } from './definition.ts'
import type { ViewRequest } from './request.ts'
import { systemsOf } from './view.ts'

const DAY_MS = 86_400_000

/** What the supplier's record is read from. */
const STEPS: SupplierSteps = {
  created: 'procurement.purchase_order.created', sent: 'procurement.purchase_order.transmitted', confirmed: 'procurement.purchase_order.acknowledged', refused: 'procurement.purchase_order.refused',
  received: 'procurement.goods_receipt.posted', offContract: 'procurement.price.off_contract', qualityRefused: 'procurement.goods_receipt.quality_refused', invoiced: 'finance.supplier_invoice.received', invoiceBlocked: 'finance.supplier_invoice.blocked',
}

export interface SupplierRow extends SupplierRecord { stuck: number; stuckMoney: Money[]; toStuck: string; to: string }

/** Orders by which the suppliers can be sorted, all descending: the worst first. */
export const SUPPLIER_SORTS = { orders: (row: SupplierRow) => row.orders, stuck: (row: SupplierRow) => row.stuck, answer: (row: SupplierRow) => row.answer?.p90 ?? -1, confirmed: (row: SupplierRow) => worst(row.confirmation.share), receipts: (row: SupplierRow) => worst(row.receipt.share), refused: (row: SupplierRow) => row.refused, variances: (row: SupplierRow) => row.offContract + row.overInvoiced + row.shortReceived } as const
export type SupplierSort = keyof typeof SUPPLIER_SORTS
const worst = (share: number | null) => (share === null ? -1 : 1 - share)

/** Every supplier with an order in the window, with what is stuck now (the headline's own rows). */
export async function readSuppliers(stores: Pick<Stores, 'clickhouse'>, catalogue: Catalogue, scope: Scope, request: ViewRequest, now: Date): Promise<SupplierRow[]> {
  const [records, stuck] = await Promise.all([
    supplierRecords(stores.clickhouse, STEPS, request.headline, new Date(now.getTime() - VIEW_WINDOWS[request.window] * DAY_MS), now, scope),
    countViewBy(stores.clickhouse, 'counterparty', { ...request.headline, state: ['stuck'] }, systemsOf(catalogue), now, scope),
  ])
  const places = request.headline.facility.map((facility): [string, string] => ['facility', facility])
  return records.map(record => {
    const open = stuck.find(each => each.value === record.id)
    return { ...record, stuck: open?.count ?? 0, stuckMoney: open?.money ?? [], toStuck: `/purchase-orders?${new URLSearchParams([...places, ['counterparty', record.id]])}`, to: `/purchase-orders/suppliers/${encodeURIComponent(record.id)}` }
  })
}
