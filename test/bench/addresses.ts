/** Random valid addresses per kind of page, drawn from what the running demo shows. */
import { formatFilter, exceptionFilter, EXCEPTION_SORTS } from '#queries/model/filter.ts'
import { EXCEPTION_KINDS, EXCEPTION_STATUSES, SEVERITIES } from '#queries/model/exception.ts'
import type { Random } from '#seeds/history/random.ts'

interface ExceptionItem {
  id: string; process: string | null; step: string | null; integration: string | null; facility: string | null; entity: string | null; fingerprint: string
  counterparty: { id: string; name: string | null } | null; object: { namespace: string; type: string; id: string } | null; amount: { currency: string } | null; correlationIds: string[]
}
interface ObjectItem { namespace: string; type: string; id: string }

/** Values that addresses are made of. */
export interface Pool { exceptions: ExceptionItem[]; objects: ObjectItem[]; integrations: string[]; traces: string[]; events: string[] }

const OBJECT_TYPES = ['purchase_order', 'customer_invoice', 'supplier_invoice', 'payment', 'goods_receipt', 'sales_order', 'service', 'claim', 'stock_move', 'employee', 'feed_run', 'transfer']
/** Pages of 200 read of each list, and objects whose events give ids of traces and events. */
const PAGES = 3
const STORIES = 40

/** Reads the pool through the API. */
export async function readPool(url: string, apiKey: string): Promise<Pool> {
  const list = async <T>(path: string, pages = 1): Promise<T[]> => {
    const all: T[] = []
    for (let page = 0, cursor = ''; page < pages; page++) {
      const response = await fetch(`${url}/api/v1/${path}${path.includes('?') ? '&' : '?'}limit=200${cursor}`, { headers: { authorization: `Bearer ${apiKey}` } })
      if (!response.ok) throw new Error(`${path}: ${response.status}`)
      const { items, nextCursor } = (await response.json()) as { items: T[]; nextCursor: string | null }
      all.push(...items)
      if (nextCursor === null) break
      cursor = `&cursor=${encodeURIComponent(nextCursor)}`
    }
    return all
  }
  const objects = (await Promise.all(OBJECT_TYPES.map(type => list<ObjectItem>(`objects/${type}`)))).flat()
  const stride = Math.max(1, Math.floor(objects.length / STORIES))
  const stories = objects.filter((_, index) => index % stride === 0)
  const events: { id: string; correlationId: string | null }[] = []
  for (const { type, id, namespace } of stories) events.push(...(await list<{ id: string; correlationId: string | null }>(`objects/${type}/${encodeURIComponent(id)}/events?namespace=${encodeURIComponent(namespace)}`)))
  return {
    exceptions: [...(await list<ExceptionItem>('exceptions', PAGES)), ...(await list<ExceptionItem>('exceptions?sort=-firstSeen', PAGES))],
    objects, integrations: (await list<{ id: string }>('integrations')).map(({ id }) => id),
    traces: [...new Set(events.flatMap(({ correlationId }) => correlationId ?? []))], events: events.map(({ id }) => id),
  }
}

/** Filters that a random exception itself passes, one to three of them. */
function exceptionsQuery(random: Random, { exceptions }: Pool): string {
  const one = random.pick(exceptions)
  const given: Partial<Record<string, unknown>> = {
    process: one.process, step: one.step, integration: one.integration, facility: one.facility, entity: one.entity, fingerprint: one.fingerprint, currency: one.amount?.currency,
    counterparty: one.counterparty?.id, objectType: one.object?.type, correlationId: one.correlationIds[0], kind: random.pick(EXCEPTION_KINDS), severity: random.pick(SEVERITIES), status: random.pick(EXCEPTION_STATUSES),
  }
  const names = Object.keys(given).filter(name => given[name])
  const filter: Record<string, unknown> = {}
  for (let count = random.int(0, 3); count > 0; count--) {
    const name = random.pick(names)
    filter[name] = [given[name]]
  }
  if (random.chance(0.3)) filter['sort'] = random.chance(0.5) ? random.pick(EXCEPTION_SORTS) : `-${random.pick(EXCEPTION_SORTS)}`
  if (random.chance(0.2)) filter['q'] = one.object?.id.slice(0, 6) ?? 'invoice'
  if (random.chance(0.2)) filter['from'] = new Date(Date.now() - random.int(1, 60) * 86_400_000).toISOString()
  if (random.chance(0.2)) filter['amountMin'] = String(random.int(1, 5000))
  const search = formatFilter(exceptionFilter, filter)
  if (random.chance(0.3)) search.set('lines', 'single')
  return search.size > 0 ? `?${search}` : ''
}

function backlogQuery(random: Random, { exceptions }: Pool): string {
  const one = random.pick(exceptions)
  const search = new URLSearchParams()
  for (const name of ['process', 'facility', 'integration', 'step'] as const) if (one[name] && random.chance(0.3)) search.set(name, one[name])
  if (random.chance(0.4)) search.set('overdue', random.pick(['true', 'false']))
  return search.size > 0 ? `?${search}` : ''
}

/** What people type: whole identifiers, their beginnings, names. */
function words(random: Random, pool: Pool): string {
  const of = [
    () => random.pick(pool.objects).id, () => random.pick(pool.objects).id.slice(0, 5), () => random.pick(pool.traces), () => random.pick(pool.events),
    () => random.pick(pool.exceptions).id, () => random.pick(pool.exceptions).counterparty?.name?.slice(0, 5) ?? 'no such thing', () => random.pick(pool.integrations).slice(0, 8),
  ]
  return random.pick(of)()
}

const within = (random: Random): string => random.pick(['', '?window=1h', '?window=7d'])

/** An address per kind of page. */
export const PAGE_KINDS = {
  tower: (random: Random, { exceptions }: Pool) => {
    const search = new URLSearchParams()
    const { facility } = random.pick(exceptions)
    if (facility && random.chance(0.5)) search.set('facility', facility)
    if (random.chance(0.5)) search.set('measure', random.pick(['money', 'age']))
    return search.size > 0 ? `/?${search}` : '/'
  },
  exceptions: (random: Random, pool: Pool) => `/exceptions${exceptionsQuery(random, pool)}`,
  exception: (random: Random, { exceptions }: Pool) => `/exceptions/${random.pick(exceptions).id}`,
  object: (random: Random, { objects }: Pool) => {
    const { namespace, type, id } = random.pick(objects)
    return `/objects/${encodeURIComponent(type)}/${encodeURIComponent(id)}?namespace=${encodeURIComponent(namespace)}${random.chance(0.3) ? '&tab=events' : ''}`
  },
  trace: (random: Random, { traces }: Pool) => `/traces/${encodeURIComponent(random.pick(traces))}`,
  integrations: (random: Random) => `/integrations${within(random)}`,
  'integration health': (random: Random, { integrations }: Pool) => `/integrations/${encodeURIComponent(random.pick(integrations))}${within(random)}`,
  search: (random: Random, pool: Pool) => `/search?q=${encodeURIComponent(words(random, pool))}`,
  backlog: (random: Random, pool: Pool) => `/backlog${backlogQuery(random, pool)}`,
} as const
export type PageKind = keyof typeof PAGE_KINDS
