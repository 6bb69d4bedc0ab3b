/** Bad days of the group's integrations that passed: two outages, a bad deployment, an expired credential. Everything they held up was made good. */
import type { SeedError } from './events.ts'

export interface Incident {
  kind: 'outage' | 'deployment' | 'credential'
  integrations: readonly string[]
  /** epoch ms, [from, to) */
  from: number
  to: number
  error: SeedError
}

const HOUR = 3_600_000
const WINDOWS: readonly { kind: Incident['kind']; integrations: string[]; share: number; hours: number; error: SeedError }[] = [
  { kind: 'outage', integrations: ['odoo-ledgerline-invoice-export', 'ledgerline-odoo-postings', 'odoo-ledgerline-supplier-invoices', 'odoo-ledgerline-payment-posting'], share: 0.27, hours: 3.2,
    error: { code: 'NET-503', class: 'connection', message: 'Ledgerline answers 503 Service Unavailable', retryable: true } },
  { kind: 'deployment', integrations: ['edi-odoo-order-responses', 'edi-odoo-shipping-notices'], share: 0.52, hours: 4.5,
    error: { code: 'MAP-017', class: 'mapping', message: 'unit of measure PCE is not mapped since release 2026.41', retryable: false } },
  { kind: 'credential', integrations: ['billing-payer-claims', 'payer-billing-answers'], share: 0.68, hours: 2.4,
    error: { code: 'AUTH-401', class: 'authentication', message: 'client certificate expired', retryable: false } },
  { kind: 'outage', integrations: ['ehr-odoo-services', 'ehr-odoo-consumption'], share: 0.86, hours: 1.6,
    error: { code: 'NET-TIMEOUT', class: 'timeout', message: 'no answer from Medivar within 30 s', retryable: true } },
]

/** The incidents of a history that runs from `start` to `until` (epoch ms), on working days about ten in the morning UTC. */
export function incidentsOf(start: number, until: number): Incident[] {
  return WINDOWS.map(({ kind, integrations, share, hours, error }) => {
    let day = Math.floor((start + share * (until - start)) / 86_400_000)
    while ([0, 6].includes(new Date(day * 86_400_000).getUTCDay())) day--
    const from = day * 86_400_000 + 9.4 * HOUR
    return { kind, integrations, from, to: from + hours * HOUR, error }
  }).filter(incident => incident.from >= start && incident.to + 2 * HOUR < until)
}

/** The incident that stops an integration at an instant, if any. */
export function incidentAt(incidents: readonly Incident[], integration: string, at: number): Incident | undefined {
  return incidents.find(incident => at >= incident.from && at < incident.to && incident.integrations.includes(integration))
}
