/** Errors of the API as RFC 9457 problem details with a stable `code`. */
import { FilterError } from '#queries/model/filter.ts'
import { z } from 'zod'

/** Every code the API answers; programs rely on them. */
export const PROBLEM_CODES = {
  invalid_filter: 400, invalid_body: 400, invalid_cursor: 400, invalid_act: 400,
  missing_key: 401, invalid_key: 401, forbidden: 403, not_found: 404, method_not_allowed: 405,
  conflict: 409, idempotency_conflict: 409, not_allowed_now: 409,
  precondition_required: 428, too_large: 413, unsupported_type: 415, over_capacity: 503, internal: 500,
} as const
export type ProblemCode = keyof typeof PROBLEM_CODES

const TITLES: Readonly<Record<ProblemCode, string>> = {
  invalid_filter: 'A filter cannot be read', invalid_body: 'The body cannot be read', invalid_cursor: 'The cursor cannot be read', invalid_act: 'The act cannot be carried out like this',
  missing_key: 'Sign in or send a key', invalid_key: 'The key is not valid', forbidden: 'Not allowed', not_found: 'Not found', method_not_allowed: 'Not a method of this address',
  conflict: 'Somebody was faster', idempotency_conflict: 'This Idempotency-Key was used for another request', not_allowed_now: 'Not possible in this state',
  precondition_required: 'The version is needed', too_large: 'Too large', unsupported_type: 'Not a type that is understood here', over_capacity: 'Busy', internal: 'Something failed here',
}

/** A problem on its way to the answer. `detail` is for people and must not quote data of others. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly extra: Readonly<Record<string, unknown>>
  constructor(code: ProblemCode, detail: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(detail)
    this.code = code
    this.extra = extra
  }
}

/** The body of a problem answer. */
export const problemBody = z.object({
  type: z.string(), title: z.string(), status: z.number(), code: z.string(), detail: z.string(), requestId: z.string().nullable(),
})

/** The answer for a problem. */
export function problemResponse(problem: Problem, requestId: string | null): Response {
  const status = PROBLEM_CODES[problem.code]
  const body = { type: `https://signalbox.dev/problems/${problem.code}`, title: TITLES[problem.code], status, code: problem.code, detail: problem.message, requestId, ...problem.extra }
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' } })
}

const CODED: Readonly<Record<string, ProblemCode>> = {
  invalid_filter: 'invalid_filter', invalid_cursor: 'invalid_cursor',
  conflict: 'conflict', version_conflict: 'conflict', not_found: 'not_found', forbidden: 'forbidden', invalid_act: 'invalid_act', not_allowed_now: 'not_allowed_now', not_allowed: 'not_allowed_now',
  name_taken: 'conflict', linked_already: 'conflict', too_many: 'not_allowed_now', bad_query: 'invalid_body', same: 'invalid_act', out_of_scope: 'invalid_act', bad_day: 'invalid_act', invalid_catalogue: 'invalid_body',
}

/** The problem an error stands for; null for what nobody foresaw (a 500 whose cause is logged, not told). */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error
  if (error instanceof FilterError) return new Problem('invalid_filter', error.message, { names: error.names })
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? CODED[error.code] : undefined
  return code ? new Problem(code, (error as Error).message) : null
}
