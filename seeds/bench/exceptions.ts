/**
 * A million exceptions as a large group would have them: 60 facilities of 9 entities, 60 integrations, eight processes, failures that
 * come in groups of very unequal size, amounts that several exceptions share. The same seed gives the same rows for ever; row `n` does
 * not depend on how many are made.
 */
import { Random } from '../history/random.ts'

export const BENCH_KINDS = ['failed', 'overdue', 'mismatch', 'rejected'] as const
export const BENCH_STATUSES = ['open', 'acknowledged', 'waiting', 'ignored', 'resolved'] as const
export const BENCH_SEVERITIES = ['critical', 'high', 'normal', 'low'] as const

/** An exception in the words of the interfaces; empty text and null mean "none". Instants are epoch milliseconds, amounts minor units. */
export interface BenchException {
  id: number
  kind: (typeof BENCH_KINDS)[number]; type: string; title: string; explanation: string
  status: (typeof BENCH_STATUSES)[number]; severity: (typeof BENCH_SEVERITIES)[number]
  process: string; step: string; integration: string; system: string; facility: string | null; entity: string
  counterpartyType: string; counterpartyId: string; counterpartyName: string
  namespace: string; objectType: string; objectId: string
  amountMinor: bigint | null; currency: string | null; amountKey: string | null
  firstSeen: number; lastSeen: number; detectedAt: number; dueAt: number | null
  occurrences: number; fingerprint: string; assignee: string | null; correlationIds: string[]; eventIds: string[]; environment: string
  resolutionCode: string | null; resolutionBy: string | null; resolutionAt: number | null
  version: number
}

export const FACILITIES = Array.from({ length: 60 }, (_, index) => `facility-${String(index + 1).padStart(2, '0')}`)
export const ENTITIES = Array.from({ length: 9 }, (_, index) => `entity-${index + 1}`)
export const INTEGRATIONS = Array.from({ length: 60 }, (_, index) => `integration-${String(index + 1).padStart(2, '0')}`)
export const PEOPLE = Array.from({ length: 40 }, (_, index) => `person-${index + 1}`)
const SYSTEMS = ['odoo', 'finstar', 'supplier-net', 'ehr', 'bank', 'payer', 'warehouse', 'payroll']
const CURRENCIES = ['EUR', 'EUR', 'EUR', 'CHF', 'CHF', 'GBP', 'JPY', 'KWD']
/** Process, the type of its objects, the beginning of their ids, its steps. */
const PROCESSES = [
  ['procure-to-pay', 'purchase_order', 'PO', 9], ['order-to-cash', 'customer_invoice', 'INV', 7], ['charge-capture', 'service', 'SRV', 6], ['replenishment', 'stock_move', 'MOV', 4],
  ['employee-to-approver', 'employee', 'EMP', 3], ['master-data', 'item', 'ITM', 4], ['batch-feeds', 'feed_run', 'RUN', 5], ['migration-coexistence', 'payment', 'PAY', 4],
] as const
export const PROCESS_IDS = PROCESSES.map(([id]) => id)
const WEIGHTS = [0.34, 0.6, 0.75, 0.85, 0.89, 0.94, 0.98, 1]
const MESSAGES = ['Cost centre unknown', 'Supplier refused the order', 'Account is blocked for posting', 'Price differs from the contract', 'Connection timed out', 'Token expired', 'Item has no mapping', 'Duplicate document number']
const GROUPS = 4000
const DAY = 86_400_000
const FIRST_ID = 1001

/** How the rows are spread. `open`: the share that is not resolved. */
export interface BenchShape { seed: number; open: number; until: number }

/** Row `index` (0 …) of the data set; its id is `FIRST_ID + index`. */
export function benchException(index: number, { seed, open, until }: BenchShape): BenchException {
  const random = new Random('bench.exceptions', seed, index)
  const share = random.unit()
  const [process, objectType, prefix, steps] = PROCESSES[WEIGHTS.findIndex(weight => share < weight)] ?? PROCESSES[0]
  const kind = random.chance(0.55) ? 'failed' : random.chance(0.6) ? 'overdue' : random.chance(0.6) ? 'mismatch' : 'rejected'
  const step = `${process}.step-${random.int(1, steps)}.done`
  // few facilities have most of the trouble
  const place = Math.floor(random.unit() ** 1.7 * FACILITIES.length)
  const integration = INTEGRATIONS[Math.floor(random.unit() ** 1.5 * INTEGRATIONS.length)] ?? ''
  // some objects are in trouble at several steps, so that exceptions share their amounts
  const objectId = `${prefix}-${String(1 + Math.floor(random.unit() ** 3 * 400_000)).padStart(6, '0')}`
  const status = random.chance(open) ? (random.chance(0.8) ? 'open' : random.pick(['acknowledged', 'waiting', 'ignored'] as const)) : 'resolved'
  const severity = random.chance(0.03) ? 'critical' : random.chance(0.2) ? 'high' : random.chance(0.7) ? 'normal' : 'low'
  const firstSeen = until - Math.floor(random.unit() ** 2 * 90 * DAY)
  const lastSeen = Math.min(until, firstSeen + Math.floor(random.unit() * 3 * DAY))
  const money = objectType !== 'employee' && objectType !== 'item' && random.chance(0.8)
  const currency = money ? random.pick(CURRENCIES) : null
  const group = Math.floor(random.unit() ** 4 * GROUPS)
  const alone = kind === 'mismatch' || random.chance(0.05)
  const message = MESSAGES[group % MESSAGES.length] ?? ''
  const supplier = Math.floor(random.unit() ** 2 * 3000)
  const resolved = status === 'resolved'
  const title = kind === 'overdue' ? `${objectId} is late at step ${step.split('.')[1] ?? ''}` : `${objectId}: ${message.toLowerCase()}`
  return {
    id: FIRST_ID + index, kind, type: `${objectType}_${kind}`, title, explanation: `${message}. ${objectId} has been waiting for ${integration} and nothing has answered since.`, status, severity,
    process, step, integration, system: random.pick(SYSTEMS), facility: random.chance(0.04) ? null : (FACILITIES[place] ?? null), entity: ENTITIES[place % ENTITIES.length] ?? '',
    counterpartyType: 'supplier', counterpartyId: `SUP-${supplier}`, counterpartyName: `Supplier No. ${supplier} & Söhne`,
    namespace: ENTITIES[place % ENTITIES.length] ?? '', objectType, objectId,
    amountMinor: money ? BigInt(Math.round(random.logNormal(90_000, 1.4))) : null, currency, amountKey: money ? objectId : null,
    firstSeen, lastSeen, detectedAt: Math.min(until, firstSeen + 60_000), dueAt: kind === 'overdue' ? firstSeen : random.chance(0.3) ? firstSeen + random.int(-2, 5) * DAY : null,
    occurrences: 1 + Math.floor(random.unit() ** 6 * 40), fingerprint: alone ? random.hex(2) : new Random('bench.group', seed, kind, kind === 'overdue' ? step : group).hex(2),
    assignee: random.chance(0.3) ? random.pick(PEOPLE) : null, correlationIds: [`corr-${random.hex(2)}`], eventIds: [`evt-${random.hex(3)}`], environment: random.chance(0.01) ? 'test' : 'production',
    resolutionCode: resolved ? 'fixed' : null, resolutionBy: resolved ? random.pick(['person', 'recovered', 'verified']) : null, resolutionAt: resolved ? lastSeen : null, version: 1,
  }
}

/** The first `count` rows, one after another. */
export function* benchExceptions(count: number, shape: BenchShape): Generator<BenchException> {
  for (let index = 0; index < count; index++) yield benchException(index, shape)
}
