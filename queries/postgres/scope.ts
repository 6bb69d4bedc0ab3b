/** The facility and entity condition of whoever asks, as PostgreSQL reads it. */
import { sql } from 'kysely'
import type { RawBuilder, SqlBool } from 'kysely'
import type { Scope } from '../model/scope.ts'

/** The condition over columns `facility` and `entity`; the same rule as `inScope`. Two empty lists see nothing. */
export function scopeCondition(scope: Scope): RawBuilder<SqlBool> {
  if (scope === 'all') return sql<SqlBool>`true`
  return sql<SqlBool>`(coalesce(facility, '') <> '' and facility = any(${[...scope.facilities]}::text[]) or coalesce(entity, '') <> '' and entity = any(${[...scope.entities]}::text[]))`
}
