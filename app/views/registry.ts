/** Every business view by its id. */
import type { ViewDefinition } from './definition.ts'
import { CHARGE_CAPTURE } from '../charges/definition.ts'
import { INVOICE_EXPORTS } from '../invoice-exports/definition.ts'
import { PAYMENTS } from '../payments/definition.ts'
import { PURCHASE_ORDERS } from './purchase-orders.ts'

export const VIEWS: ReadonlyMap<string, ViewDefinition> = new Map([PURCHASE_ORDERS, INVOICE_EXPORTS, PAYMENTS, CHARGE_CAPTURE].map(view => [view.id, view]))
