/** The one list of flows: who starts how many of them, when, and how urgent they are. */
import type { Facility } from '../group.ts'
import type { Story } from '../story.ts'
import { chargeCapture } from './charge-capture.ts'
import { FEEDS, feedRun } from './feeds.ts'
import { masterData } from './master-data.ts'
import { coexistence } from './migration.ts'
import { cardDay, orderToCash, strayBankLine } from './order-to-cash.ts'
import { changed, hired, left, payroll, timesheet } from './people.ts'
import { procureToPay } from './procure-to-pay.ts'
import { replenishment, replenishmentOrder } from './supply.ts'
import { GATEWAY_OF_ENTITY } from '../group.ts'

export interface FlowSource {
  tell(story: Story): void
  /** stories a facility starts on an ordinary weekday at scale 1 */
  rate(facility: Facility): number
  /** `office`: in open hours of the facility; `clinical`: round the clock; `night`: at two in the morning; a number: that day of the month, in open hours */
  rhythm: 'office' | 'clinical' | 'night' | number
  /** shares of critical, high and normal; the rest is low */
  urgency: readonly [number, number, number]
  /** busier at the end of the month */
  monthEnd: boolean
  /** exactly `rate` stories at every scale, because they are a calendar's and not a load's */
  fixed?: boolean
}

const byKind = (rates: Partial<Record<Facility['kind'], number>>) => (facility: Facility): number => rates[facility.kind] ?? 0
const USUAL = [0.08, 0.22, 0.55] as const
const OFFICE = { rhythm: 'office', urgency: USUAL, monthEnd: false } as const

/** Their order is part of business numbers: append, never reorder. */
export const FLOWS = {
  'procure-to-pay': { ...OFFICE, tell: procureToPay, rate: byKind({ hospital: 11, clinic: 4, laboratory: 5, pharmacy: 8, distribution_centre: 9, support_centre: 1 }), monthEnd: true },
  'order-to-cash': { ...OFFICE, tell: orderToCash, rate: byKind({ hospital: 6, clinic: 3, laboratory: 18 }), monthEnd: true },
  'card-day': { ...OFFICE, tell: cardDay, rate: facility => (GATEWAY_OF_ENTITY[facility.entity] && (facility.kind === 'hospital' || facility.kind === 'clinic') ? 1 : 0), urgency: [0, 0.1, 0.9] },
  'charge-capture': { tell: chargeCapture, rate: byKind({ hospital: 21, clinic: 8, laboratory: 20 }), rhythm: 'clinical', urgency: [0.05, 0.2, 0.65], monthEnd: false },
  replenishment: { tell: replenishment, rate: byKind({ hospital: 9, clinic: 3, laboratory: 3, pharmacy: 5 }), rhythm: 'clinical', urgency: [0.15, 0.25, 0.5], monthEnd: false },
  hired: { ...OFFICE, tell: hired, rate: byKind({ hospital: 0.5, clinic: 0.2, laboratory: 0.1, support_centre: 0.2 }), urgency: [0, 0.2, 0.8] },
  changed: { ...OFFICE, tell: changed, rate: byKind({ hospital: 1.2, clinic: 0.4, laboratory: 0.3, support_centre: 0.4 }), urgency: [0, 0.1, 0.7] },
  left: { ...OFFICE, tell: left, rate: byKind({ hospital: 0.3, clinic: 0.1, laboratory: 0.1, support_centre: 0.1 }), urgency: [0, 0.4, 0.6] },
  payroll: { ...OFFICE, tell: payroll, rate: () => 1, rhythm: 2, urgency: [0, 0, 1], fixed: true },
  'item-changed': { ...OFFICE, tell: masterData('item'), rate: byKind({ support_centre: 8, pharmacy: 2 }) },
  'supplier-changed': { ...OFFICE, tell: masterData('supplier'), rate: byKind({ support_centre: 3 }) },
  'customer-changed': { ...OFFICE, tell: masterData('customer'), rate: byKind({ support_centre: 4 }) },
  'contract-changed': { ...OFFICE, tell: masterData('contract'), rate: byKind({ support_centre: 1.5 }) },
  'feed-run': { tell: feedRun, rate: byKind({ support_centre: FEEDS.length }), rhythm: 'night', urgency: [0.15, 0.35, 0.5], monthEnd: false, fixed: true },
  coexistence: { ...OFFICE, tell: coexistence, rate: facility => (facility.id === 'birkenried' ? 14 : 0), monthEnd: true },
  // told by planted cases only
  timesheet: { ...OFFICE, tell: timesheet, rate: () => 0 },
  'stray-bank-line': { ...OFFICE, tell: strayBankLine, rate: () => 0 },
  'replenishment-order': { ...OFFICE, tell: replenishmentOrder, rate: byKind({ hospital: 0.5, pharmacy: 2 }), urgency: [0.2, 0.4, 0.4] },
} as const satisfies Record<string, FlowSource>

export type FlowName = keyof typeof FLOWS
export const FLOW_NAMES = Object.keys(FLOWS) as FlowName[]
export const flowSource = (name: FlowName): FlowSource => FLOWS[name]
