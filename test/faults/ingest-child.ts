/**
 * Ingests into the data directory given until it is killed: sends numbered events in calls of random size, several at once, and prints the
 * numbers of each call that was acknowledged. Usage: node ingest-child.ts DATA FIRST_NUMBER
 */
import { createIngest } from '#ingest/ingest.ts'
import { readEnvironment } from '#queries/environment.ts'
import { createServiceKey } from '#queries/postgres/service-keys.ts'
import { migrateStores, openStores } from '#queries/stores.ts'
import { AUTHOR, BATCH, catalogueView, memoryLog, orderEvent } from '#test/ingest/support.ts'

const [dataDirectory = '', firstNumber = '0'] = process.argv.slice(2)
const CALLS_AT_ONCE = 4
const MOST_EVENTS = 60

const stores = await openStores(readEnvironment({ ...process.env, SIGNALBOX_DATA: dataDirectory }))
await migrateStores(stores)
const ingest = await createIngest({ stores, catalogue: { current: () => catalogueView }, environment: { pseudonymKey: 'for tests' }, log: memoryLog() })
const { key } = await createServiceKey(stores.postgres, { name: 'child', scopes: ['ingest:*'] }, AUTHOR)

let next = Number(firstNumber)
const client = async () => {
  for (;;) {
    const from = next
    const count = 1 + Math.floor(Math.random() * MOST_EVENTS)
    next += count
    const events = Array.from({ length: count }, (_, index) => orderEvent(`n${from + index}`, (from + index) % 7 === 0 ? { time: undefined } : {}))
    const response = await ingest.app.request('/v1/events', { method: 'POST', body: JSON.stringify(events), headers: { ...BATCH, authorization: `Bearer ${key}` } })
    // one write per line: a line that is there whole was acknowledged
    if (response.status === 202) process.stdout.write(`ack ${from} ${count}\n`)
  }
}
process.stdout.write('ready\n')
await Promise.all(Array.from({ length: CALLS_AT_ONCE }, client))
