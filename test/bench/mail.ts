/**
 * From a breach to the mail in the mail server's hands, the whole way: found, opened, projected, planned, gathered, made, sent over SMTP to
 * a server in this process. Half of the breaches are due times that pass while the worker runs (a feed run that was announced and never
 * produced), half are failures that are late at once (they say that they will not be tried again). `breach_to_smtp` is of both, counted from
 * the due time (from the acknowledgment where that came later) or from just before the failure was sent; `due_to_smtp` and `failure_to_smtp` are the halves; `opened_to_smtp` is the part
 * behind the exception's row. Baseline: the pause that the policy itself asks for to gather, as in the one that is shipped for what is critical.
 */
import { startDelivery } from '#app/mail/delivery.ts'
import { smtpTransport } from '#app/mail/transport.ts'
import { durationMs } from '#app/sla/durations.ts'
import { startPlanner } from '#app/sla/planner-loop.ts'
import { saveDocuments } from '#queries/catalogue/documents.ts'
import { LINKS, policyOf, prepareAccounts, SECRET, startMailServer, type MailServer } from '#test/app/mail/post.ts'
import { openTestProduct, type TestProduct } from '#test/support/product.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import { percentile, type BenchOptions, type Report } from './figures.ts'

const FAILS = 'finance.customer_invoice.exported'
/** Expects the next step within two hours of the clock on the wall, whatever day it is. */
const AWAITS = 'feeds.feed_run.opened'
const ALLOWED_MS = 2 * 3_600_000
/** How far ahead of being told the due times lie: the finder knows them before they pass. */
const AHEAD_MS = 6_000
const quiet = { warn: () => undefined, error: () => undefined }

/** Measures 60 breaches (300 at full size), some of them in bursts. */
export async function benchMail({ full }: BenchOptions, report: Report): Promise<void> {
  const product = await openTestProduct()
  const server = await startMailServer()
  const transport = smtpTransport(server.url, 'Signalbox <signalbox@example.com>')
  const count = full ? 300 : 60
  try {
    await prepareAccounts(product.stores)
    const { stores, catalogue } = product
    const gatherMs = await onePolicy(product)
    const planner = await startPlanner({ stores, catalogue, log: quiet })
    const delivery = await startDelivery({ stores, catalogue, links: LINKS, transport, log: quiet, secret: SECRET })
    const mails = arrivals(server)
    const failedAt = new Map<string, number>()
    const knownAt = new Map<string, number>()
    for (let index = 0; index < count; index++) {
      const isDue = index % 2 === 0
      const id = `BENCH-${index}`
      const at = Date.now()
      if (!isDue) failedAt.set(id, at)
      await product.send(JSON.stringify(isDue ? awaited(id, at + AHEAD_MS - ALLOWED_MS) : failure(id, at)), 'application/cloudevents+json')
      knownAt.set(id, Date.now())
      await sleep(index % 5 === 0 ? 1500 : 20)
    }
    await sleep(AHEAD_MS)
    await product.worker.idle()
    for (let round = 0; round < 3; round++) {
      await planner.idle()
      await sleep(gatherMs + 500)
      await delivery.idle()
    }
    await planner.close()
    await delivery.close()
    // A mail of many shows one line per group: which exceptions it carried is what its notices say.
    const told = await stores.postgres.selectFrom('exception').innerJoin('sla_notice', 'sla_notice.exception_id', 'exception.id')
      .select(['exception.object_id', 'exception.detected_at', 'exception.due_at', 'sla_notice.outbox_id']).where('exception.object_id', 'like', 'BENCH-%').execute()
    const arrived = new Map(told.flatMap(row => {
      const at = mails.get(`<${row.outbox_id}@signalbox.test>`)
      const id = row.object_id ?? ''
      return at === undefined ? [] : [[id, { ofFailure: failedAt.has(id), whole: at - (failedAt.get(id) ?? Math.max(row.due_at?.getTime() ?? at, knownAt.get(id) ?? at)), tail: at - row.detected_at.getTime() }] as const]
    }))
    const all = [...arrived.values()]
    const measured = {
      breach_to_smtp: all.map(one => one.whole), due_to_smtp: all.filter(one => !one.ofFailure).map(one => one.whole), failure_to_smtp: all.filter(one => one.ofFailure).map(one => one.whole), opened_to_smtp: all.map(one => one.tail),
    }
    for (const [metric, values] of Object.entries(measured)) {
      for (const share of [0.5, 0.95, 1]) report({ metric: `${metric}_${share === 1 ? 'max' : `p${share * 100}`}`, value: percentile(values, share), unit: 'ms', baseline: gatherMs, n: values.length })
    }
    report({ metric: 'mails', value: server.received.length, unit: 'mails', n: count })
    report({ metric: 'not_told', value: count - arrived.size, unit: 'exceptions', n: count })
  } finally {
    transport.close()
    await server.close()
    await product.dispose()
  }
}

/** Only one policy is in force: everything, at once, gathered as the shipped one for what is critical. Resolves to its pause, ms. */
async function onePolicy({ stores, catalogue }: TestProduct): Promise<number> {
  const window = catalogue.current().policies.get('critical-at-once')?.grouping.window ?? 'PT2S'
  const others = [...catalogue.current().policies.values()].map(policy => ({ ...policy, enabled: false }))
  const policy = policyOf('bench', { to: [{ kind: 'addresses', addresses: ['reader@example.com'], facilities: [], entities: [] }], when: { opened: true, warning: false, breach: true }, grouping: { window, spacing: 'PT0S' } })
  await stores.postgres.transaction().execute(tx => saveDocuments(tx, [...others, policy].map(document => ({ kind: 'policy' as const, document })), 'bench'))
  await catalogue.refresh()
  return durationMs(window)
}

/** When each mail was first in the server's hands, by Message-ID. */
function arrivals(server: MailServer): ReadonlyMap<string, number> {
  const mails = new Map<string, number>()
  server.onData = () => {
    const id = server.received.at(-1)?.messageId ?? ''
    if (!mails.has(id)) mails.set(id, Date.now())
  }
  return mails
}

const event = (id: string, type: string, at: number, integration: string, data: object) => ({
  specversion: '1.0', id: `event-${id}`, source: 'bench', type, time: new Date(at).toISOString(), facility: 'birkenried', integration, correlationid: id, data,
})

const failure = (id: string, at: number) => event(id, FAILS, at, 'odoo-ledgerline-invoice-export', {
  status: 'dead_lettered', error: { code: `E${id}`, class: 'business_rule', message: `refused for reason ${id}`, retryable: false }, objects: [{ type: 'customer_invoice', id, namespace: 'solvane-ch', role: 'subject' }],
})

const awaited = (id: string, at: number) => event(id, AWAITS, at, 'bench-feed', { status: 'succeeded', objects: [{ type: 'feed_run', id, namespace: 'solvane-ch', role: 'subject' }] })
