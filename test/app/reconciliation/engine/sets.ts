/** The set that the engine's tests and the planted truth reconcile: payments against invoices, with every pass. */
import { NO_FACTS, type EngineRule, type EngineSet, type Facts } from '#app/reconciliation/engine/rules.ts'

const rule = (id: string, pass: EngineRule['pass'], more: Partial<EngineRule> = {}): EngineRule => ({ id, pass, left: 'payment', right: 'invoice', keys: 'references', days: 120, sameCounterparty: false, autoMatch: true, cap: null, priority: 1, ...more })

export const PAYMENTS: EngineSet = {
  id: 'payment-to-invoice', tolerance: { absolute: { EUR: 100n, USD: 100n, CHF: 100n, GBP: 100n, JPY: 100n }, relative: '0.005', days: 60 },
  rules: [
    rule('key', 'exact', { keys: [['endToEnd', 'endToEnd']] }), rule('reference', 'reference'), rule('tolerance', 'tolerance'), rule('sum', 'grouped', { sameCounterparty: true, days: 60 }), rule('likely', 'suggest', { keys: [], days: 60 }),
  ],
}

/** Nothing is known beside the items, unless given. */
export const facts = (more: Partial<Facts> = {}): Facts => ({ ...NO_FACTS, ...more })
export const AS_OF = '2026-11-21T00:00:00Z'
