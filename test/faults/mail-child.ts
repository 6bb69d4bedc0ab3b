/**
 * A worker that tells people, in a process of its own, for tests that kill it: it opens exceptions one by one as the finder does, plans and
 * sends. The stores come from the environment, the mail server from `TEST_SMTP`; `TEST_RUN` numbers what it opens, `TEST_OPEN` says how many; its
 * delivery's clock goes ahead by `TEST_AHEAD` ms.
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
for (let number = 0; number < Number(open); number++) {
  const name = `KILL-${run}-${number}`
  const found = foundException({ subjectKey: name, title: `${name} was refused`, objectId: name, fingerprint: name, amountMinor: null, currency: null, amountKey: null })
  await project(stores, await settle(stores, [{ subjectKey: name, found, closed: null }], new Date()))
  await sleep(15)
}
await planner.idle()
await delivery.idle()
process.stdout.write('idle\n')
