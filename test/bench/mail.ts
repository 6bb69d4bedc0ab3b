/**
 * From a breach to the mail in the mail server's hands: an obligation that comes due is found, its exception opened and projected, told and
 * sent over SMTP to a server in this process. `breach_to_smtp` counts from the instant at which the step was late; `opened_to_smtp` from
 * the exception's row. Baseline of the first: the pause that the policy itself asks for to gather (2 s), which is part of it.
 */
import { startDelivery } from '#app/mail/delivery.ts'
import { smtpTransport } from '#app/mail/transport.ts'
import { startPlanner } from '#app/sla/planner-loop.ts'
import { saveDocuments } from '#queries/catalogue/documents.ts'
import { LINKS, policyOf, prepareAccounts, SECRET, startMailServer } from '#test/app/mail/post.ts'
import { openTestProduct } from '#test/support/product.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile, type BenchOptions, type Report } from './figures.ts'

const GATHER_MS = 2000
const STEP = 'finance.customer_invoice.exported'
const quiet = { warn: () => undefined, error: () => undefined }

/** Measures 60 breaches (300 at full size), some of them in bursts. */
export async function benchMail({ full }: BenchOptions, report: Report): Promise<void> {
  const product = await openTestProduct()
  const server = await startMailServer()
  const transport = smtpTransport(server.url, 'Signalbox <signalbox@example.com>')
  const count = full ? 300 : 60
  try {
    await prepareAccounts(product.stores)
    const policies = [...product.catalogue.current().policies.values()].map(policy => ({ ...policy, enabled: false }))
    const policy = policyOf('bench', { to: [{ kind: 'addresses', addresses: ['reader@example.com'], facilities: [], entities: [] }], grouping: { window: `PT${GATHER_MS / 1000}S`, spacing: 'PT0S' } })
    await product.stores.postgres.transaction().execute(tx => saveDocuments(tx, [...policies, policy].map(document => ({ kind: 'policy' as const, document })), 'bench'))
    await product.catalogue.refresh()
    const { stores, catalogue } = product
    const planner = await startPlanner({ stores, catalogue, log: quiet })
    const delivery = await startDelivery({ stores, catalogue, links: LINKS, transport, log: quiet, secret: SECRET })
    const mails = new Map<string, number>()
    server.onData = () => {
      const id = server.received.at(-1)?.messageId ?? ''
      if (!mails.has(id)) mails.set(id, Date.now())
    }
    const failedAt = new Map<string, number>()
    for (let index = 0; index < count; index++) {
      const id = `BENCH-${index}`
      // A failure that says it will not be tried again is late at once: its instant is the breach.
      const body = JSON.stringify({
        specversion: '1.0', id: `bench-${index}`, source: 'odoo', type: STEP, time: new Date().toISOString(), facility: 'birkenried', integration: 'odoo-ledgerline-invoice-export', correlationid: id,
        data: { status: 'dead_lettered', error: { code: `E${index}`, class: 'business_rule', message: `refused for reason ${id}`, retryable: false }, objects: [{ type: 'customer_invoice', id, namespace: 'solvane-ch', role: 'subject' }] },
      })
      failedAt.set(id, Date.now())
      await product.send(body, 'application/cloudevents+json')
      await sleep(index % 5 === 0 ? 1500 : 20)
    }
    await product.worker.idle()
    for (let round = 0; round < 3; round++) {
      await planner.idle()
      await sleep(GATHER_MS + 500)
      await delivery.idle()
    }
    await planner.close()
    await delivery.close()
    // A mail of many shows one line per group: which exceptions it carried is what its notices say.
    const rows = await stores.postgres.selectFrom('exception').innerJoin('sla_notice', 'sla_notice.exception_id', 'exception.id').select(['exception.object_id', 'exception.detected_at', 'sla_notice.outbox_id']).where('exception.object_id', 'like', 'BENCH-%').execute()
    const opened = new Map(rows.map(row => [row.object_id ?? '', row.detected_at.getTime()]))
    const arrived = new Map(rows.flatMap(row => {
      const at = mails.get(`<${row.outbox_id}@signalbox.test>`)
      return at === undefined ? [] : [[row.object_id ?? '', at] as const]
    }))
    const whole = [...arrived].map(([id, at]) => at - (failedAt.get(id) ?? at))
    const tail = [...arrived].map(([id, at]) => at - (opened.get(id) ?? at))
    for (const share of [0.5, 0.95, 1]) {
      const name = share === 1 ? 'max' : `p${share * 100}`
      report({ metric: `breach_to_smtp_${name}`, value: percentile(whole, share), unit: 'ms', baseline: GATHER_MS, n: whole.length })
      report({ metric: `opened_to_smtp_${name}`, value: percentile(tail, share), unit: 'ms', baseline: GATHER_MS, n: tail.length })
    }
    report({ metric: 'mails', value: server.received.length, unit: 'mails', n: count })
    report({ metric: 'not_told', value: count - arrived.size, unit: 'exceptions', n: count })
  } finally {
    transport.close()
    await server.close()
    await product.dispose()
  }
}
