/** Items of a set as lists show them: where each stands, with whom, by which rule and why. */
import { z } from 'zod'
import { exceptionFilter, paging } from '../../model/filter.ts'
import type { Paging } from '../../model/filter.ts'
import { decodeCursor, encodeCursor } from '../../model/cursor.ts'
import { fromMinor } from '../../model/money.ts'
import { DIFFERENCE_REASONS, ITEM_STATUSES } from '../../model/reconciliation.ts'
import type { ReconItemView } from '../../model/reconciliation.ts'
import type { Scope } from '../../model/scope.ts'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery, UNSCOPED } from '../define-query.ts'
import { QUANTITY_UNIT } from './expressions.ts'

/** Orders of the list and the number that each sorts by; ties by id. */
const SORTS = { firstSeen: 'toUnixTimestamp64Milli(first_at)', amount: 'toInt64(open_minor)' } as const
const words = z.array(z.string().max(1024)).default([])
const { currency, facility, entity, counterparty, objectType, objectId, from, to, q } = exceptionFilter.shape

/** Filters of the list; empty lists let everything through. */
export const reconItemFilter = z.strictObject({
  status: z.array(z.enum(ITEM_STATUSES)).default([]), side: words, account: words, rule: words, matchId: words,
  currency, facility, entity, counterparty, objectType, objectId, from, to, q,
  sort: z.enum(['firstSeen', '-firstSeen', 'amount', '-amount']).default('firstSeen'),
})
export type ReconItemFilter = z.infer<typeof reconItemFilter>
export const reconItemQuery = reconItemFilter.extend(paging.shape)

const instant = z.string().transform(text => `${text.replace(' ', 'T')}Z`)
const resultRow = z.object({
  item_id: z.string(), side: z.string(), namespace: z.string(), object_type: z.string(), object_id: z.string(), line: z.string(), minor: z.string(), open: z.string(), sign: z.number(), currency: z.string(), status: z.enum(ITEM_STATUSES),
  match_id: z.string(), match_run: z.string(), rule: z.string(), score: z.number(), reasons: z.array(z.string()), decided_by: z.string(), ambiguous: z.boolean(), difference_reasons: z.array(z.enum(DIFFERENCE_REASONS)), difference_minors: z.array(z.string()),
  suggestions: z.array(z.string()), version: z.string(), first_at: instant, sort_key: z.string(),
})
type ResultRow = z.infer<typeof resultRow>

const texts = z.array(z.string())
const params = z.object({
  set: z.string(), status: texts, side: texts, account: texts, rule: texts, match: texts, currency: texts, facility: texts, entity: texts, counterparty: texts, type: texts, object: texts, ids: texts, from: z.string(), to: z.string(), q: z.string(),
  sort: z.enum(['firstSeen', '-firstSeen', 'amount', '-amount']), paged: z.boolean(), after: z.string(), after_id: z.string(), limit: z.number(),
})

/** Clauses by the parameter that asks for them. */
const CLAUSES: Readonly<Record<string, string>> = {
  status: 'status IN {status:Array(String)}', side: 'side IN {side:Array(String)}', account: 'account IN {account:Array(String)}', rule: 'rule IN {rule:Array(String)}', match: 'match_id IN {match:Array(String)}',
  currency: 'currency IN {currency:Array(String)}', facility: 'facility IN {facility:Array(String)}', entity: 'entity IN {entity:Array(String)}', counterparty: '(counterparty_id IN {counterparty:Array(String)} OR counterparty_name IN {counterparty:Array(String)})',
  type: 'object_type IN {type:Array(String)}', object: 'object_id IN {object:Array(String)}', ids: 'item_id IN {ids:Array(String)}',
  from: `first_at >= parseDateTime64BestEffort({from:String}, 3, 'UTC')`, to: `first_at < parseDateTime64BestEffort({to:String}, 3, 'UTC')`,
  q: `position(lowerUTF8(concat(object_id, ' ', counterparty_name, ' ', counterparty_id, ' ', match_id)), lowerUTF8({q:String})) > 0`,
}

const list = defineQuery({
  name: 'reconciliation.items',
  params,
  row: resultRow,
  scoped: true,
  sql(given) {
    const asked = Object.entries(CLAUSES).filter(([name]) => (given[name as keyof typeof given] as string | string[]).length > 0).map(([, clause]) => ` AND ${clause}`).join('')
    const down = given.sort.startsWith('-')
    const key = SORTS[given.sort.replace('-', '') as keyof typeof SORTS]
    const after = given.paged ? ` AND (sort_order, item_id) ${down ? '<' : '>'} ({after:Int64}, {after_id:String})` : ''
    return `SELECT item_id, side, namespace, object_type, object_id, line, toString(minor) AS minor, toString(open_minor) AS open, sign, currency, status, match_id, toString(match_run) AS match_run, rule, score, reasons, decided_by, ambiguous,
        difference_reasons, arrayMap(x -> toString(x), difference_minors) AS difference_minors, suggestions, toString(version) AS version, toString(first_at) AS first_at, toString(sort_order) AS sort_key
      FROM (SELECT *, ${key} AS sort_order FROM recon_results FINAL WHERE set_id = {set:String} AND status != 'removed' AND {scope}${asked}) WHERE 1${after}
      ORDER BY sort_order ${down ? 'DESC' : 'ASC'}, item_id ${down ? 'DESC' : 'ASC'} LIMIT {limit:UInt32}`
  },
})

const evidence = defineQuery({
  name: 'reconciliation.evidence',
  params: z.object({ runs: z.array(z.number()), matches: texts }),
  row: z.object({ match_id: z.string(), run: z.string(), score: z.number(), reasons: z.array(z.string()), item_ids: z.array(z.string()), sides: z.array(z.string()), used: z.array(z.string()) }),
  scoped: 'asked for the matches of items that the asker sees; members outside the scope are left out by `reconciliation.seen`',
  sql: `SELECT match_id, toString(run) AS run, score, reasons, item_ids, sides, arrayMap(x -> toString(x), used) AS used FROM recon_matches FINAL WHERE (run, match_id) IN (SELECT arrayJoin(arrayZip({runs:Array(UInt64)}, {matches:Array(String)})) AS ref)`,
})
const seen = defineQuery({
  name: 'reconciliation.seen',
  params: z.object({ set: z.string(), ids: texts }),
  row: z.object({ item_id: z.string() }),
  scoped: true,
  sql: 'SELECT item_id FROM recon_results FINAL WHERE set_id = {set:String} AND item_id IN {ids:Array(String)} AND {scope}',
})

type Evidence = z.infer<(typeof evidence)['row']>
const position = z.tuple([z.string(), z.string()])

/** A page of a set's items inside the scope. `ids`: only these. `now` gives ages. Throws CursorError. */
export async function listReconItems(clickhouse: ClickHouse, set: string, filter: ReconItemFilter, page: Paging, { scope, now, ids = [] }: { scope: Scope; now: Date; ids?: readonly string[] }): Promise<{ items: ReconItemView[]; nextCursor: string | null }> {
  const kind = `recon:${set}:${filter.sort}`
  const after = decodeCursor(kind, position, page.cursor)
  const rows = await list.run(clickhouse, {
    set, status: filter.status, side: filter.side, account: filter.account, rule: filter.rule, match: filter.matchId, currency: filter.currency ?? [], facility: filter.facility ?? [], entity: filter.entity ?? [], counterparty: filter.counterparty ?? [],
    type: filter.objectType ?? [], object: filter.objectId ?? [], ids: [...ids], from: filter.from ?? '', to: filter.to ?? '', q: filter.q ?? '', sort: filter.sort, paged: after !== undefined, after: after?.[0] ?? '0', after_id: after?.[1] ?? '', limit: page.limit + 1,
  }, scope)
  const shown = rows.slice(0, page.limit)
  const last = shown.at(-1)
  return { items: await withEvidence(clickhouse, set, shown, scope, now), nextCursor: rows.length > page.limit && last ? encodeCursor(kind, [last.sort_key, last.item_id]) : null }
}

async function withEvidence(clickhouse: ClickHouse, set: string, rows: readonly ResultRow[], scope: Scope, now: Date): Promise<ReconItemView[]> {
  const asked = rows.flatMap(row => [...(row.match_id ? [[row.match_run, row.match_id] as const] : []), ...row.suggestions.map(id => [row.version, id] as const)])
  const found = asked.length === 0 ? [] : await evidence.run(clickhouse, { runs: asked.map(([run]) => Number(run)), matches: asked.map(([, id]) => id) }, UNSCOPED)
  const members = [...new Set(found.flatMap(each => each.item_ids))]
  const visible = new Set(members.length === 0 ? [] : (await seen.run(clickhouse, { set, ids: members }, scope)).map(row => row.item_id))
  const byKey = new Map(found.map(each => [`${each.run} ${each.match_id}`, each]))
  return rows.map(row => toView(row, byKey, visible, now))
}

function toView(row: ResultRow, byKey: ReadonlyMap<string, Evidence>, visible: ReadonlySet<string>, now: Date): ReconItemView {
  const money = (minor: string | bigint) => fromMinor(minor, row.currency)
  const match = byKey.get(`${row.match_run} ${row.match_id}`)
  return {
    id: row.item_id, side: row.side, object: objectOf(row.item_id), amount: money(row.minor), openAmount: money(row.open), status: row.status, matchId: row.match_id || null,
    counterparts: (match ? counterpartsOf(row, match) : []).filter(each => visible.has(each.itemId)).map(each => ({ itemId: each.itemId, object: objectOf(each.itemId), allocated: money(each.minor) })),
    difference: row.difference_reasons.map((reason, index) => ({ reason, amount: money(row.difference_minors[index] ?? '0') })),
    direction: row.currency === QUANTITY_UNIT ? null : row.sign < 0 ? 'debit' : 'credit',
    rule: row.rule || null, score: row.match_id ? Math.round(row.score * 1000) / 1000 : null, reasons: row.reasons, ambiguous: row.ambiguous,
    alternatives: row.suggestions.flatMap(id => {
      const suggestion = byKey.get(`${row.version} ${id}`)
      return suggestion ? suggestion.item_ids.filter((each, index) => suggestion.sides[index] !== row.side && visible.has(each)).map(each => ({ itemIds: [each], score: Math.round(suggestion.score * 1000) / 1000, reasons: suggestion.reasons })) : []
    }),
    decidedBy: row.decided_by || null, firstSeen: row.first_at, ageDays: Math.max(0, Math.floor((now.getTime() - Date.parse(row.first_at)) / 86_400_000)),
  }
}

/** How much of each item of the other sides answers this one: where one stands against many, each of the many wholly; else in order. */
function counterpartsOf(row: Pick<ResultRow, 'item_id' | 'side'>, { item_ids, sides, used }: Evidence): { itemId: string; minor: bigint }[] {
  const members = item_ids.map((itemId, index) => ({ itemId, side: sides[index] ?? '', left: BigInt(used[index] ?? '0') }))
  const mine = members.filter(each => each.side === row.side)
  const self = mine.find(each => each.itemId === row.item_id)
  return [...Map.groupBy(members.filter(each => each.side !== row.side), each => each.side).values()].flatMap(others => {
    if (mine.length === 1) return others.map(each => ({ itemId: each.itemId, minor: each.left }))
    if (others.length === 1) return others.map(each => ({ itemId: each.itemId, minor: self?.left ?? 0n }))
    const pairs: { itemId: string; minor: bigint }[] = []
    const left = others.map(each => ({ ...each }))
    for (const one of mine) {
      let wants = one.left
      for (const other of left) {
        const taken = wants < other.left ? wants : other.left
        if (taken <= 0n) continue
        wants -= taken
        other.left -= taken
        if (one === self) pairs.push({ itemId: other.itemId, minor: taken })
      }
    }
    return pairs
  })
}

/** The object that an item's id names. */
export function objectOf(itemId: string): ReconItemView['object'] {
  const [, path = ''] = /^[^:]*:(.*)$/s.exec(itemId) ?? []
  const [whole = '', line] = path.split('#')
  const [namespace = '', type = '', id = ''] = whole.split('/').map(decodeURIComponent)
  return { namespace, type, id, line: line === undefined ? null : decodeURIComponent(line) }
}
