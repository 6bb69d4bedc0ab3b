/**
 * A worker that tells people, in a process of its own, for tests that kill it: it opens exceptions as the finder does (a storm of one
 * transaction, then one by one), plans and sends. The stores come from the environment, the mail server from `TEST_SMTP`; `TEST_RUN` numbers
 * what it opens, `TEST_OPEN` says how many each; its delivery’s clock goes ahead by `TEST_AHEAD` ms. It says `working`, `opened` (the storm is committed and
 * shown), `idle`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { project, projectPending } from '#app/exceptions/project.ts'
import { settle } from '#app/exceptions/settle.ts'
import { startDelivery } from '#app/mail/delivery.ts'
import { smtpTransport } from '#app/mail/transport.ts'
import { startPlanner } from '#app/sla/planner-loop.ts'
import { openCatalogue } from '#queries/catalogue/catalogue.ts'
import { readEnvironment } from '#queries/environment.ts'
import { openStores } from '#queries/stores.ts'
import { foundException, LINKS, SECRET } from '#test/app/mail/post.ts'

const { TEST_RUN: run = '0', TEST_OPEN: open = '0', TEST_SMTP: smtp = '', TEST_AHEAD: ahead = '0' } = process.env
const log = { warn: () => undefined, error: (fields: { err?: unknown }) => process.stderr.write(`${String(fields.err)}\n`) }
const stores = await openStores(readEnvironment())
const catalogue = await openCatalogue(stores.postgres)
await projectPending(stores)
const planner = await startPlanner({ stores, catalogue, log })
const delivery = await startDelivery({ stores, catalogue, links: LINKS, transport: smtpTransport(smtp, 'Signalbox <signalbox@example.com>'), log, secret: SECRET, clock: () => new Date(Date.now() + Number(ahead)) })
process.stdout.write('working\n')
await openAll(Array.from({ length: Number(open) }, (_, number) => `KILL-${run}-${number}`))
process.stdout.write('opened\n')
for (let number = Number(open); number < 2 * Number(open); number++) {
  await openAll([`KILL-${run}-${number}`])
  await sleep(15)
}
await planner.idle()
await delivery.idle()
process.stdout.write('idle\n')

async function openAll(names: readonly string[]): Promise<void> {
  const verdicts = names.map(name => ({ subjectKey: name, found: foundException({ subjectKey: name, title: `${name} was refused`, objectId: name, fingerprint: name, amountMinor: null, currency: null, amountKey: null }), closed: null }))
  await project(stores, await settle(stores, verdicts, new Date()))
}
