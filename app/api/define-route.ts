/**
 * A call of the API is declared once: address, who may do it, the schemas of what goes in and comes out, and what it does. The server
 * validates by these schemas and `/openapi.json` is generated from them, so that the two cannot part.
 */
import { z } from 'zod'
import type { CatalogueHandle } from '#queries/catalogue/catalogue.ts'
import { paging, parseFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Environment } from '#queries/environment.ts'
import type { Stores } from '#queries/stores.ts'
import type { ReplayTargets } from '../replay/targets.ts'
import { can, scopeFor, type Principal } from '../auth/principal.ts'
import type { Act } from '../auth/roles.ts'
import type { Log } from '../logging.ts'
import type { MailLinks } from '../mail/links.ts'
import { Problem } from './problem.ts'

/** What handlers work with. */
export interface ApiServices { stores: Stores; catalogue: CatalogueHandle; targets: ReplayTargets; mail: { links: MailLinks }; environment: Pick<Environment, 'sessionSecret'>; log: Log }

/** A request that has been let in, not yet read. `body` is the parsed JSON, undefined if there was none. */
export interface RawCall {
  params: Readonly<Record<string, string>>
  search: URLSearchParams
  body: unknown
  principal: Principal
  /** where the request came from, for the audit record */
  origin: string
  /** version from If-Match */
  ifMatch: number | null
  signal: AbortSignal
  services: ApiServices
}

/** A call as a handler sees it: read and validated; `scope` is where the principal may do this route's act. */
export interface Call<P, Q, B> extends Omit<RawCall, 'params' | 'body'> { params: P; query: Q; body: B; scope: Scope }

interface Declaration<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, A extends z.ZodType> {
  /** operationId, unique */
  id: string
  method: 'get' | 'post'
  /** below /api/v1, parameters in braces: `/exceptions/{id}` */
  path: string
  summary: string
  act: Act
  params: P
  query: Q
  body: B
  /** what is answered with `status`; null where only what `also` says is; a handler returns that as a Response */
  answer: A | null
  status: 200 | 201 | 202
  /** other answers than problems: status → media type → schema (null: a stream) */
  also: Readonly<Record<number, Readonly<Record<string, z.ZodType | null>>>>
  /** fields of the answer that are told once: what is kept for a repeated Idempotency-Key has null there */
  shownOnce: readonly string[]
  handle(call: Call<z.infer<P>, z.infer<Q>, z.infer<B>>): Promise<z.input<A> | Response>
}

/** A declared call with its types folded in. */
export interface ApiRoute {
  id: string; method: 'get' | 'post'; path: string; summary: string; act: Act
  params: z.ZodObject; query: z.ZodObject; body: z.ZodType; answer: z.ZodType | null; status: number
  also: Readonly<Record<number, Readonly<Record<string, z.ZodType | null>>>>
  shownOnce: readonly string[]
  /** Judges, reads, acts, and checks the answer against its schema. Throws Problem and coded errors. */
  run(call: RawCall): Promise<Response>
}

/** No parameters in the path. */
export const NO_PARAMS = z.strictObject({})
/** No query string. */
export const NO_QUERY = z.strictObject({})
/** No body is expected; an empty object is taken too. */
export const NO_BODY = z.strictObject({}).optional()

/** Declares a call. What is not given has its usual value: no parameters, no query, no body, status 200. */
export function defineRoute<P extends z.ZodObject = typeof NO_PARAMS, Q extends z.ZodObject = typeof NO_QUERY, B extends z.ZodType = typeof NO_BODY, A extends z.ZodType = z.ZodType>(
  given: Pick<Declaration<P, Q, B, A>, 'id' | 'method' | 'path' | 'summary' | 'act' | 'answer' | 'handle'> & Partial<Pick<Declaration<P, Q, B, A>, 'params' | 'query' | 'body' | 'status' | 'also' | 'shownOnce'>>,
): ApiRoute {
  const params: z.ZodObject = given.params ?? NO_PARAMS
  const query: z.ZodObject = given.query ?? NO_QUERY
  const body: z.ZodType = given.body ?? NO_BODY
  const status = given.status ?? 200
  return {
    id: given.id, method: given.method, path: given.path, summary: given.summary, act: given.act, params, query, body, answer: given.answer, status, also: given.also ?? {}, shownOnce: given.shownOnce ?? [],
    async run(raw) {
      if (!can(raw.principal, given.act)) throw new Problem('forbidden', `this needs the permission "${given.act}"`)
      const call = {
        ...raw, scope: scopeFor(raw.principal, given.act),
        params: readInput(params, raw.params, 'address') as z.infer<P>, query: parseFilter(query, raw.search) as z.infer<Q>, body: readInput(body, raw.body, 'body') as z.infer<B>,
      }
      const answer = await given.handle(call)
      if (answer instanceof Response) return answer
      if (given.answer === null) throw new Error(`${given.id} answers nothing of its own`)
      return Response.json(given.answer.parse(answer), { status, headers: { 'cache-control': 'no-store' } })
    },
  }
}

/** Reads what a caller sent. Throws Problem `invalid_body` that names what is wrong; an answer that breaks its schema is our error and is not caught here. */
export function readInput<S extends z.ZodType>(schema: S, value: unknown, whole: string): z.infer<S> {
  const read = schema.safeParse(value)
  if (!read.success) throw new Problem('invalid_body', read.error.issues.map(issue => `${issue.path.join('.') || whole}: ${issue.message}`).join('; '))
  return read.data
}

/** A list's query: its filters with `cursor` and `limit`. */
export function listQuery<F extends z.ZodRawShape>(filter: z.ZodObject<F>) {
  return z.strictObject({ ...filter.shape, ...paging.shape })
}

/** Takes the paging out of a list's query. */
export function splitPaging<Q extends { cursor?: string | undefined; limit: number }>(query: Q): { filter: Omit<Q, 'cursor' | 'limit'>; page: { cursor?: string | undefined; limit: number } } {
  const { cursor, limit, ...filter } = query
  return { filter, page: { cursor, limit } }
}
