/**
 * A query is a value: a name, SQL, a schema of its parameters and one of its rows. The name labels the span, the log line, the
 * error and ClickHouse's log_comment. Values are always bound as `{name:Type}`; nothing is ever spliced into SQL but the scope
 * condition and what a closed set of fragments in `queries/` gives.
 */
import { z } from 'zod'
import type { Scope } from '../model/scope.ts'
import type { ClickHouse, ParameterValue, QueryRequest } from './clickhouse.ts'

export interface QueryDefinition<P extends z.ZodObject, R extends z.ZodType> {
  /** `subject.what`, unique */
  name: string
  params: P
  row: R
  /**
   * True: the SQL contains `{scope}`, which becomes the facility/entity condition of whoever asks; running it needs a scope.
   * A string: why this query is not scoped (for background work that sees everything).
   */
  scoped: true | string
  /** SQL text, or a function of the (validated) parameters that joins fragments from a closed set. */
  sql: string | ((params: z.infer<P>) => string)
}

export interface RunnableQuery<P extends z.ZodObject, R extends z.ZodType> extends QueryDefinition<P, R> {
  run(clickhouse: ClickHouse, params: z.input<P>, scope: Scope | Unscoped): Promise<z.infer<R>[]>
  stream(clickhouse: ClickHouse, params: z.input<P>, scope: Scope | Unscoped): AsyncIterable<z.infer<R>[]>
}

/** Passed where a query declares that it is not scoped: written out, so that a review sees it. */
export const UNSCOPED = Symbol('unscoped')
export type Unscoped = typeof UNSCOPED

const defined = new Map<string, QueryDefinition<z.ZodObject, z.ZodType>>()

/** Every query defined so far, for the tests that walk them all. */
export const definedQueries = (): ReadonlyMap<string, QueryDefinition<z.ZodObject, z.ZodType>> => defined

/** Makes a runnable query. Rows are parsed by the row schema, so its type and what the store answers cannot drift apart. */
export function defineQuery<P extends z.ZodObject, R extends z.ZodType>(definition: QueryDefinition<P, R>): RunnableQuery<P, R> {
  defined.set(definition.name, definition as unknown as QueryDefinition<z.ZodObject, z.ZodType>)
  return {
    ...definition,
    async run(clickhouse, params, scope) {
      const { rows } = await clickhouse.query(request(definition, params, scope))
      return rows.map(row => definition.row.parse(row))
    },
    async *stream(clickhouse, params, scope) {
      for await (const rows of clickhouse.stream(request(definition, params, scope))) yield rows.map(row => definition.row.parse(row))
    },
  }
}

function request<P extends z.ZodObject, R extends z.ZodType>(definition: QueryDefinition<P, R>, input: z.input<P>, scope: Scope | Unscoped): QueryRequest {
  const validated = definition.params.parse(input)
  // A parameter schema only describes values that can be bound; the port refuses anything else at run time.
  const params = validated as Record<string, ParameterValue>
  const text = typeof definition.sql === 'string' ? definition.sql : definition.sql(validated)
  if (definition.scoped !== true) {
    if (scope !== UNSCOPED) throw new Error(`query ${definition.name} is not scoped: ${definition.scoped}`)
    return { name: definition.name, sql: text, params }
  }
  if (scope === UNSCOPED) throw new Error(`query ${definition.name} needs a scope`)
  if (!text.includes('{scope}')) throw new Error(`query ${definition.name} is scoped but its SQL has no {scope}`)
  return { name: definition.name, sql: text.replaceAll('{scope}', scopeSql(scope)), params: { ...params, ...scopeParams(scope) } }
}

/** The condition that `{scope}` stands for, over columns `facility` and `entity`. */
export function scopeSql(scope: Scope): string {
  if (scope === 'all') return '1'
  return `((facility != '' AND facility IN {scope_facilities:Array(String)}) OR (entity != '' AND entity IN {scope_entities:Array(String)}))`
}

function scopeParams(scope: Scope): Record<string, ParameterValue> {
  return scope === 'all' ? {} : { scope_facilities: [...scope.facilities], scope_entities: [...scope.entities] }
}
