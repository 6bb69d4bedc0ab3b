/** How exceptions belong together: one is a duplicate of, caused by, or related to another. */
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Scope } from '../model/scope.ts'
import { scopeCondition } from './scope.ts'
import type { Database } from './schema.ts'

export const RELATIONS = ['duplicate_of', 'caused_by', 'related'] as const
export type Relation = (typeof RELATIONS)[number]
/** As one end sees it; `outgoing`: it is this one that is the duplicate, or was caused. `other` is null where it lies outside the reader's scope. */
export interface LinkView { id: string; relation: Relation; outgoing: boolean; other: { id: string; title: string; status: string; severity: string } | null; createdAt: string }

/** Related has no direction: it is kept once, the smaller id first. */
export function linkEnds(relation: Relation, from: number, to: number): [number, number] {
  return relation === 'related' && from > to ? [to, from] : [from, to]
}

/** Adds a link; undefined if there is one of the two already, in whichever direction, with this relation. */
export async function insertLink(tx: Transaction<Database>, relation: Relation, from: number, to: number, by: string): Promise<string | undefined> {
  const [first, second] = linkEnds(relation, from, to)
  const there = await tx.selectFrom('exception_link').select('id').where('relation', '=', relation).where(eb => eb.or([
    eb.and([eb('from_id', '=', first), eb('to_id', '=', second)]), eb.and([eb('from_id', '=', second), eb('to_id', '=', first)]),
  ])).executeTakeFirst()
  if (there) return undefined
  const row = await tx.insertInto('exception_link').values({ from_id: first, to_id: second, relation, created_by: by }).onConflict(conflict => conflict.doNothing()).returning('id').executeTakeFirst()
  return row && String(row.id)
}

/** A link of this exception, gone with this call; undefined if it has none of this number. */
export async function deleteLink(tx: Transaction<Database>, id: string, exceptionId: number): Promise<{ relation: Relation; from: number; to: number } | undefined> {
  if (!/^[1-9]\d{0,14}$/.test(id)) return undefined
  const row = await tx.deleteFrom('exception_link').where('id', '=', Number(id)).where(eb => eb.or([eb('from_id', '=', exceptionId), eb('to_id', '=', exceptionId)])).returning(['relation', 'from_id', 'to_id']).executeTakeFirst()
  return row && { relation: toRelation(row.relation), from: Number(row.from_id), to: Number(row.to_id) }
}

/** The links of an exception inside the scope, oldest first; none of one outside it. The other end is told only inside the scope. */
export async function linksOf(db: Kysely<Database>, exceptionId: number, scope: Scope): Promise<LinkView[]> {
  const rows = await sql<{ id: string; relation: string; outgoing: boolean; created_at: Date; other_id: string | null; title: string | null; status: string | null; severity: string | null }>`
    select link.id::text as id, link.relation, link.from_id = ${exceptionId} as outgoing, link.created_at, other.id::text as other_id, other.title, other.status, other.severity
    from exception_link as link
    left join lateral (select id, title, status, severity from exception where exception.id = case when link.from_id = ${exceptionId} then link.to_id else link.from_id end and ${scopeCondition(scope)}) as other on true
    where (link.from_id = ${exceptionId} or link.to_id = ${exceptionId}) and exists (select 1 from exception where id = ${exceptionId} and ${scopeCondition(scope)}) order by link.id`.execute(db)
  return rows.rows.map(row => ({
    id: row.id, relation: toRelation(row.relation), outgoing: row.outgoing, createdAt: row.created_at.toISOString(),
    other: row.other_id === null ? null : { id: row.other_id, title: row.title ?? '', status: row.status ?? '', severity: row.severity ?? '' },
  }))
}

function toRelation(text: string): Relation {
  return RELATIONS.find(each => each === text) ?? 'related'
}
