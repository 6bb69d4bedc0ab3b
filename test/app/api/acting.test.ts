/** Acting: versions, idempotency, who may do what, and what the live stream tells. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { event, object, startRunning, type Running } from './running.ts'

interface Exception { id: string; status: string; assignee: string | null; version: number; facility: string }

let running: Running
let writer: string
let reader: string
const byFacility = new Map<string, Exception>()

beforeAll(async () => {
  running = await startRunning()
  writer = await running.key('read', 'exceptions:write', 'replay:request')
  reader = await running.key('read')
  await running.send(['birkenried', 'rosenfluh'].map((facility, index) => event('finance.customer_invoice.exported', 3, {
    facility, correlationid: `trace-${facility}`, status: 'dead_lettered', attempt: 5, error: { code: 'MAP-041', class: 'mapping', message: 'unknown cost centre', retryable: false }, objects: [object('customer_invoice', `INV-${index}`)],
  })))
  for (const one of (await running.get<{ items: Exception[] }>('/api/v1/exceptions', reader)).items) byFacility.set(one.facility, one)
})
afterAll(() => running.close())

const at = (facility: string) => {
  const one = byFacility.get(facility)
  if (!one) throw new Error(`no exception at ${facility}`)
  return `/api/v1/exceptions/${one.id}`
}
const act = (path: string, as: string, body?: unknown, headers?: Record<string, string>) => running.call(path, { as, method: 'POST', body, headers })
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code]

test('an act answers the exception with its next version, and the list shows it at once', async () => {
  const response = await act(`${at('birkenried')}/assign`, writer, { assignee: 'fiona' })
  expect(response.status).toBe(200)
  const after = (await response.json()) as Exception
  expect(after).toMatchObject({ assignee: 'fiona', version: (byFacility.get('birkenried')?.version ?? 0) + 1 })
  expect((await running.get<{ items: Exception[] }>('/api/v1/exceptions?assignee=fiona', reader)).items.map(one => one.id)).toEqual([after.id])
})

test('a stale version is 409, the current one is taken', async () => {
  const { version } = await running.get<Exception>(at('birkenried'), reader)
  expect(await codeOf(await act(`${at('birkenried')}/acknowledge`, writer, undefined, { 'if-match': `"${version - 1}"` }))).toEqual([409, 'conflict'])
  expect((await act(`${at('birkenried')}/acknowledge`, writer, undefined, { 'if-match': `"${version}"` })).status).toBe(200)
  expect(await codeOf(await act(`${at('birkenried')}/acknowledge`, writer, undefined, { 'if-match': 'yesterday' }))).toEqual([400, 'invalid_body'])
})

test('the same Idempotency-Key acts once and answers the same; another request under it is refused; a refusal frees it', async () => {
  const key = { 'idempotency-key': 'comment-1' }
  const first = await act(`${at('birkenried')}/comment`, writer, { text: 'looking into it' }, key)
  const again = await act(`${at('birkenried')}/comment`, writer, { text: 'looking into it' }, key)
  expect(await again.json()).toEqual(await first.json())
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect(await codeOf(await act(`${at('birkenried')}/comment`, writer, { text: 'something else' }, key))).toEqual([409, 'idempotency_conflict'])
  const history = await running.get<{ items: { act: string }[] }>(`${at('birkenried')}/history`, reader)
  expect(history.items.filter(entry => entry.act === 'commented')).toHaveLength(1)
  expect((await act(`${at('birkenried')}/comment`, writer, { text: '' }, { 'idempotency-key': 'comment-2' })).status).toBe(400)
  expect((await act(`${at('birkenried')}/comment`, writer, { text: 'now with words' }, { 'idempotency-key': 'comment-2' })).status).toBe(200)
})

test('at the same moment ten requests under one key act once', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => act(`${at('rosenfluh')}/comment`, writer, { text: 'all at once' }, { 'idempotency-key': 'burst' })))
  expect(answers.filter(answer => answer.status === 200).length).toBeGreaterThanOrEqual(1)
  expect(answers.every(answer => answer.status === 200 || answer.status === 409)).toBe(true)
  const history = await running.get<{ items: { act: string }[] }>(`${at('rosenfluh')}/history`, reader)
  expect(history.items.filter(entry => entry.act === 'commented')).toHaveLength(1)
})

test('bodies that cannot be read have their answers', async () => {
  const path = `${at('birkenried')}/resolve`
  expect(await codeOf(await act(path, writer, { code: 'because' }))).toEqual([400, 'invalid_body'])
  expect(await codeOf(await act(path, writer, { code: 'other', extra: 1 }))).toEqual([400, 'invalid_body'])
  expect(await codeOf(await act(path, writer))).toEqual([400, 'invalid_body'])
  expect(await codeOf(await running.call(path, { as: writer, method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } }))).toEqual([415, 'unsupported_type'])
  expect(await codeOf(await act('/api/v1/exceptions/999999/resolve', writer, { code: 'other' }))).toEqual([404, 'not_found'])
  expect(await codeOf(await act('/api/v1/exceptions/%27%3B--/resolve', writer, { code: 'other' }))).toEqual([404, 'not_found'])
  expect(await codeOf(await running.call(at('birkenried'), { as: writer, method: 'DELETE' }))).toEqual([405, 'method_not_allowed'])
  expect(await codeOf(await act(`${at('birkenried')}/ignore`, writer, { reason: 'no end given' }))).toEqual([400, 'invalid_body'])
})

describe('who may', () => {
  test('nobody without a key or a session; a wrong key is told apart', async () => {
    expect(await codeOf(await running.call('/api/v1/exceptions'))).toEqual([401, 'missing_key'])
    expect(await codeOf(await running.call('/api/v1/exceptions', { as: 'sbx_wrong' }))).toEqual([401, 'invalid_key'])
    expect(await codeOf(await running.call('/api/v1/nothing'))).toEqual([401, 'missing_key'])
  })

  test('a facility manager sees and touches one facility: the other does not exist', async () => {
    const manager = await running.person('facility_manager', ['birkenried'])
    const list = await running.get<{ items: Exception[] }>('/api/v1/exceptions', manager.cookie)
    expect(list.items.map(one => one.facility)).toEqual(['birkenried'])
    expect((await running.call(at('rosenfluh'), { as: manager.cookie })).status).toBe(404)
    expect((await act(`${at('rosenfluh')}/comment`, manager.cookie, { text: 'hello' })).status).toBe(404)
    expect((await act(`${at('birkenried')}/comment`, manager.cookie, { text: 'hello' })).status).toBe(200)
    expect(await codeOf(await act(`${at('birkenried')}/resolve`, manager.cookie, { code: 'other' }))).toEqual([403, 'forbidden'])
  })

  test('a key may write at one place and read everywhere', async () => {
    const key = await running.key('read', 'exceptions:write@birkenried')
    expect((await running.get<{ items: Exception[] }>('/api/v1/exceptions', key)).items).toHaveLength(2)
    expect((await act(`${at('birkenried')}/comment`, key, { text: 'here' })).status).toBe(200)
    expect((await act(`${at('rosenfluh')}/comment`, key, { text: 'there' })).status).toBe(404)
  })

  test('a form of another site cannot act with somebody\'s session', async () => {
    const { cookie } = await running.person('finance_lead')
    expect(await codeOf(await act(`${at('birkenried')}/comment`, cookie, { text: 'x' }, { origin: 'https://evil.example' }))).toEqual([403, 'forbidden'])
    expect((await act(`${at('birkenried')}/comment`, cookie, { text: 'x' }, { origin: 'http://signalbox.test' })).status).toBe(200)
  })

  test('no key approves a replay, whatever its scopes', async () => {
    const all = await running.key('read', 'exceptions:write', 'replay:request', 'recon:write', 'admin')
    expect(await codeOf(await act('/api/v1/replays/none/approve', all, { contentHash: 'x' }))).toEqual([403, 'forbidden'])
    const { cookie } = await running.person('finance_lead')
    expect(await codeOf(await act('/api/v1/replays/none/approve', cookie, { contentHash: 'x' }))).toEqual([404, 'not_found'])
  })
})

test('a dry run says what would happen and changes nothing', async () => {
  const response = await act('/api/v1/replays', writer, { filter: { facility: ['birkenried'] }, dryRun: true })
  expect([response.status, await response.json()]).toMatchObject([200, { selectionHash: expect.any(String), items: [{ exceptionId: byFacility.get('birkenried')?.id }] }])
  expect(await running.get('/api/v1/replays', reader)).toMatchObject({ items: [] })
  expect(await codeOf(await act('/api/v1/replays', writer, { filter: { colour: 'red' }, dryRun: true }))).toEqual([400, 'invalid_filter'])
  expect(await codeOf(await act('/api/v1/replays', writer, { dryRun: true }))).toEqual([400, 'invalid_body'])
})

test('the live stream greets with counts, tells changes of one\'s own scope only, and resumes where it broke', async () => {
  const [here, there] = [byFacility.get('birkenried')?.id ?? '', byFacility.get('rosenfluh')?.id ?? '']
  const mine = await listen(reader)
  const theirs = await listen(await running.key('read@birkenried'))
  const greeting = await mine.next()
  expect(greeting.data).toMatchObject({ changed: [], many: false })
  expect(Object.values(greeting.data.counts).reduce((sum, count) => sum + count, 0)).toBe(2)
  expect(Object.values((await theirs.next()).data.counts).reduce((sum, count) => sum + count, 0)).toBe(1)
  await act(`${at('rosenfluh')}/acknowledge`, writer)
  // the hub gathers: what earlier tests did may be told first, or in one message with this
  const first = await toldUntil(mine, news => news.data.changed.includes(there))
  expect(first.changed.filter(id => id !== here)).toEqual([there])
  await act(`${at('birkenried')}/comment`, writer, { text: 'told to both' })
  const second = await toldUntil(mine, news => news.data.changed.includes(here))
  // by then everything has been told to the other too: nothing of the first facility was among it
  const other = await toldUntil(theirs, news => Number(news.id) >= second.position)
  expect(new Set(other.changed)).toEqual(new Set([here]))
  mine.close()
  theirs.close()
  const resumed = await listen(reader, greeting.id)
  expect((await resumed.next()).data.changed).toEqual(expect.arrayContaining([here, there]))
  resumed.close()
})

interface News { id: string; data: { changed: string[]; many: boolean; counts: Record<string, number> } }

/** What a stream tells up to and with the message that `last` accepts. */
async function toldUntil(stream: { next(): Promise<News> }, last: (news: News) => boolean): Promise<{ changed: string[]; position: number }> {
  const changed: string[] = []
  for (;;) {
    const news = await stream.next()
    changed.push(...news.data.changed)
    if (last(news)) return { changed, position: Number(news.id) }
  }
}

async function listen(as: string, lastEventId?: string): Promise<{ next(): Promise<News>; close(): void }> {
  const response = await running.call('/api/v1/live', { as, headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId } })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  const stream = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  if (!stream) throw new Error('no stream')
  let text = ''
  return {
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end >= 0) {
          const lines = text.slice(0, end).split('\n')
          text = text.slice(end + 2)
          const field = (name: string) => lines.find(line => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? ''
          if (field('event') === 'exceptions') return { id: field('id'), data: JSON.parse(field('data')) as News['data'] }
          continue
        }
        const { value, done } = await stream.read()
        if (done) throw new Error('the stream ended')
        text += value
      }
    },
    close: () => void stream.cancel(),
  }
}
