/** Every business view by its id. */
import { APPROVERS } from './approvers.ts'
import type { ViewDefinition } from './definition.ts'
import { CHARGE_CAPTURE } from '../charges/definition.ts'
import { INVOICE_EXPORTS } from '../invoice-exports/definition.ts'
import { PAYMENTS } from '../payments/definition.ts'
import { MASTER_DATA } from './master-data.ts'
import { PURCHASE_ORDERS } from './purchase-orders.ts'
import { REPLENISHMENT } from './replenishment.ts'

export const VIEWS: ReadonlyMap<string, ViewDefinition> = new Map([PURCHASE_ORDERS, REPLENISHMENT, APPROVERS, MASTER_DATA, INVOICE_EXPORTS, PAYMENTS, CHARGE_CAPTURE].map(view => [view.id, view]))
