/** Errors of a whole call, as RFC 9457 problem details with a stable `code`. */
import { CALL_CODES, type CallCode } from '../codes.ts'

/** Ends a call; `retryAfter` in seconds. The detail is ours and quotes nothing of the call. */
export class CallProblem extends Error {
  readonly code: CallCode
  readonly members: Readonly<Record<string, unknown>>
  readonly retryAfter: number | null
  constructor(code: CallCode, detail: string, { retryAfter = null, ...members }: { retryAfter?: number | null; limit?: number } = {}) {
    super(detail)
    this.code = code
    this.members = members
    this.retryAfter = retryAfter
  }
}

/** The answer of a problem. */
export function problemResponse(problem: CallProblem): Response {
  const { status, title } = CALL_CODES[problem.code]
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (problem.retryAfter !== null) headers.set('retry-after', String(problem.retryAfter))
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  // the rest of a body that is not read would otherwise be taken for the next request
  if (status === 413) headers.set('connection', 'close')
  return new Response(JSON.stringify({ type: 'about:blank', title, status, code: problem.code, detail: problem.message, ...problem.members }), { status, headers })
}
