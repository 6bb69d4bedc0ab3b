/**
 * The worker that tells people is killed (SIGKILL) at random moments and in the middle of the conversation with the mail server. Afterwards
 * every exception has been told exactly once: by its notice, by Message-ID, and by content.
 *
 * What SMTP cannot promise is counted, not hidden: a mail whose server had taken it when the worker died before noting so is handed over
 * again under the same Message-ID. Servers and mail programs that look at it show one mail; this test counts how often it happened.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LEASE_MS } from '#app/mail/delivery.ts'
import { openCatalogue } from '#queries/catalogue/catalogue.ts'
import { readDocumentFiles, saveDocuments, seedCatalogue } from '#queries/catalogue/documents.ts'
import { readEnvironment } from '#queries/environment.ts'
import { openStores } from '#queries/stores.ts'
import { policyOf, prepareAccounts, startMailServer, type MailServer } from '#test/app/mail/post.ts'
import { onServers } from '#test/support/backend.ts'
import { openTestStores, type TestStores } from '#test/support/stores.ts'

const long = process.env['SIGNALBOX_LONG'] === '1'
const KILLS = long ? 100 : 3
/** of one storm, and as many one by one after it; a mail names 15 at most, whatever it carries is in its notices */
const OPENED_A_RUN = 6
/** Kills between two lines that say how far it is. */
const SAY_EVERY = 10
const SEED = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Date.now() % 100_000)

let stores: TestStores
let server: MailServer

beforeAll(async () => {
  stores = await openTestStores()
  server = await startMailServer()
  await prepareAccounts(stores)
  await seedCatalogue(stores.postgres, [...(await readDocumentFiles('seeds/standard')), ...(await readDocumentFiles('seeds/group'))], 'test')
  const catalogue = await openCatalogue(stores.postgres)
  const others = [...catalogue.current().policies.values()].map(policy => ({ ...policy, enabled: false }))
  const policy = policyOf('kill', { to: ['one', 'two', 'three'].map(name => ({ kind: 'addresses' as const, addresses: [`${name}@example.com`], facilities: [], entities: [] })) })
  await stores.postgres.transaction().execute(tx => saveDocuments(tx, [...others, policy].map(document => ({ kind: 'policy' as const, document })), 'test'))
  await catalogue.close()
  await stores.close()
})
afterAll(async () => {
  await server.close()
  await stores.dispose()
})

/** A small generator, so that a run's moments can be repeated. */
function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function start(run: number, open: number, aheadMs = 0): ChildProcess {
  return spawn(process.execPath, [`${import.meta.dirname}/mail-child.ts`], {
    // what the worker imports is compiled once for all runs: a start is most of a run's time
    env: { ...process.env, NODE_COMPILE_CACHE: join(stores.dataDirectory, 'compiled'), ...stores.variables, LOG_LEVEL: 'silent', TEST_RUN: String(run), TEST_OPEN: String(open), TEST_AHEAD: String(aheadMs), TEST_SMTP: server.url }, stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Listens to a worker: the answer resolves when it has said a word, and rejects if it ends before. */
function listen(child: ChildProcess): (word: string) => Promise<void> {
  let text = ''
  let ended = false
  const check = new Set<() => void>()
  const news = () => check.forEach(each => each())
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part
    news()
  })
  child.once('exit', () => {
    ended = true
    news()
  })
  return word => new Promise((resolve, reject) => {
    const look = () => {
      if (text.includes(word)) resolve()
      else if (ended) reject(new Error(`the worker ended before it said ${word}`))
      else return
      check.delete(look)
    }
    check.add(look)
    look()
  })
}

test(`${KILLS} kills: nothing is missed, nothing is told twice${long ? ' [long]' : ''}`, async () => {
  const chance = random(SEED)
  const began = performance.now()
  process.stdout.write(`mail-kill: seed ${SEED}\n`)
  for (let run = 0; run < KILLS; run++) {
    const child = start(run, OPENED_A_RUN)
    const exited = once(child, 'exit')
    const said = listen(child)
    await said('working')
    if (run % 2 === 0) {
      // In the conversation: the mail is here, the worker has no answer yet.
      const after = 1 + Math.floor(chance() * 4)
      let seen = 0
      await Promise.race([new Promise<void>(resolve => {
        server.onData = async () => {
          if (++seen < after) return
          child.kill('SIGKILL')
          resolve()
          await sleep(20)
        }
      }), sleep(5_000)])
    } else {
      server.onData = null
      // While the storm is being opened, or while it is planned and sent.
      if (chance() < 0.7) await said('opened')
      await sleep(Math.floor(chance() * 400))
    }
    child.kill('SIGKILL')
    await exited
    server.onData = null
    if (run % SAY_EVERY === SAY_EVERY - 1) process.stdout.write(`mail-kill: ${run + 1} kills, ${server.received.length} mails handed over, ${Math.round((performance.now() - began) / 1000)} s\n`)
  }
  // On servers another worker might still be sending what a killed one had taken: it is left alone for a lease.
  const last = start(KILLS, 0, onServers ? LEASE_MS : 0)
  const ended = once(last, 'exit')
  await listen(last)('idle')
  last.kill('SIGKILL')
  await ended

  const after = await openStores(readEnvironment(stores.variables))
  try {
    const exceptions = await after.postgres.selectFrom('exception').select(['id', 'object_id']).where('object_id', 'like', 'KILL-%').execute()
    const notices = await after.postgres.selectFrom('sla_notice').select(['exception_id', 'recipient', 'outbox_id', 'left_out']).execute()
    const outbox = await after.postgres.selectFrom('outbox').select(['id', 'state']).execute()
    expect(exceptions.length).toBeGreaterThan(0)
    expect(notices.filter(notice => notice.left_out !== null)).toEqual([])
    // One notice each for the three recipients, every one of them in a mail that was sent.
    expect(notices).toHaveLength(exceptions.length * 3)
    expect(new Set(notices.map(notice => `${notice.exception_id} ${notice.recipient}`)).size).toBe(notices.length)
    expect([...new Set(outbox.map(row => row.state))]).toEqual(['sent'])
    const arrived = new Map<string, number>()
    for (const { messageId } of server.received) arrived.set(messageId, (arrived.get(messageId) ?? 0) + 1)
    const missed = outbox.filter(row => !arrived.has(`<${row.id}@signalbox.test>`))
    expect(missed).toEqual([])
    expect(arrived.size).toBe(outbox.length)
    // By content: no exception stands in two different mails to one recipient.
    const told = new Map<string, Set<string>>()
    for (const { to, messageId, mail } of server.received) for (const [name] of `${mail.text ?? ''}`.matchAll(/KILL-\d+-\d+(?= was refused)/g)) told.set(`${to} ${name}`, (told.get(`${to} ${name}`) ?? new Set()).add(messageId))
    expect([...told].filter(([, ids]) => ids.size > 1)).toEqual([])
    const again = [...arrived.values()].reduce((sum, times) => sum + times - 1, 0)
    process.stdout.write(`mail-kill: ${KILLS} kills, ${exceptions.length} exceptions, ${notices.length} notices, ${outbox.length} mails, 0 missed, 0 told twice; ${again} handed over again under the same Message-ID\n`)
    // No more than what was being sent when a worker died.
    expect(again).toBeLessThanOrEqual(KILLS * 8)
  } finally {
    await after.close()
  }
}, 1_800_000)
