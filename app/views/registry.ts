/** Every business view by its id. */
import { APPROVERS } from './approvers.ts'
import type { ViewDefinition } from './definition.ts'
import { MASTER_DATA } from './master-data.ts'
import { PURCHASE_ORDERS } from './purchase-orders.ts'
import { REPLENISHMENT } from './replenishment.ts'

export const VIEWS: ReadonlyMap<string, ViewDefinition> = new Map([PURCHASE_ORDERS, REPLENISHMENT, APPROVERS, MASTER_DATA].map(view => [view.id, view]))
