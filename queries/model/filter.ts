/**
 * The one filter of worklists, tiles, exports and the API: URL ⇄ schema. An unknown name is an error; repeating a name means "or".
 * Ages and dates are inclusive at `from`, exclusive at `to`.
 */
import { z } from 'zod'
import { CRITICALITIES } from './event.ts'
import { SAID } from './said.ts'
import { EXCEPTION_KINDS, EXCEPTION_STATUSES, SEVERITIES, SLA_STATES } from './exception.ts'

const words = z.array(z.string().max(1024)).default([])
const instant = z.iso.datetime({ offset: true }).optional()
const decimal = z.string().regex(/^-?\d{1,15}(\.\d{1,4})?$/, 'must be a decimal').optional()

export const EXCEPTION_SORTS = ['severity', 'firstSeen', 'lastSeen', 'dueAt', 'amount', 'detectedAt'] as const
const sort = z.enum([...EXCEPTION_SORTS, ...EXCEPTION_SORTS.map(field => `-${field}` as const)]).default('severity')

/** Filters of the exceptions list. Default: everything that is not resolved, most severe first. `facility=none` etc. is not a wildcard: values match exactly. */
export const exceptionFilter = z.strictObject({
  kind: z.array(z.enum(EXCEPTION_KINDS)).default([]),
  status: z.array(z.enum(EXCEPTION_STATUSES)).default(['open', 'acknowledged', 'waiting', 'ignored']),
  severity: z.array(z.enum(SEVERITIES)).default([]),
  process: words, step: words, integration: words, facility: words, entity: words, system: words, counterparty: words,
  owner: words,
  /** how the clock stands at the moment of asking */
  sla: z.array(z.enum(SLA_STATES)).default([]),
  /** a rule that decided severity or owner: `severity:<id>`, `owner:<id>` */
  rule: words,
  /** how critical its object is; one that nobody gave counts as normal */
  criticality: z.array(z.enum(CRITICALITIES)).default([]),
  /** what was said of its object: `<event type>:<attribute>=<value>`, or `<event type>:unseen` */
  said: z.array(z.string().max(800).regex(SAID, 'must be <event type>:<attribute>=<value> or <event type>:unseen')).default([]),
  assignee: words, objectType: words, objectId: words, correlationId: words, fingerprint: words, currency: words,
  amountMin: decimal, amountMax: decimal,
  from: instant, to: instant, dueBefore: instant,
  /** found at or after: what is new since somebody looked */
  detectedFrom: instant,
  environment: z.array(z.string()).default(['production']),
  q: z.string().max(200).optional(),
  sort,
})
export type ExceptionFilter = z.infer<typeof exceptionFilter>

/** Paging of every list: `limit` 50, at most 200; `cursor` opaque. */
export const paging = z.strictObject({ cursor: z.string().max(2048).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) })
export type Paging = z.infer<typeof paging>

/** Thrown for a filter that cannot be read; answered 400 with code `invalid_filter`. */
export class FilterError extends Error {
  readonly code = 'invalid_filter'
  readonly names: string[]
  constructor(names: string[], message: string) {
    super(message)
    this.names = names
  }
}

/**
 * Reads a query string against a filter schema (arrays take repeated names, the rest the only value).
 * Throws FilterError for an unknown name, a bad value, or a repeated single value.
 */
export function parseFilter<S extends z.ZodObject>(schema: S, search: URLSearchParams): z.infer<S> {
  const raw: Record<string, unknown> = {}
  for (const name of new Set(search.keys())) {
    const field = schema.shape[name] as z.ZodType | undefined
    if (!field) throw new FilterError([name], `unknown filter: ${name}`)
    const values = search.getAll(name)
    const many = takesMany(field)
    if (!many && values.length > 1) throw new FilterError([name], `${name} may be given once`)
    raw[name] = many ? values : values[0]
  }
  const result = schema.safeParse(raw)
  if (!result.success) {
    const names = [...new Set(result.error.issues.map(issue => String(issue.path[0])))]
    throw new FilterError(names, result.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`).join('; '))
  }
  return result.data as z.infer<S>
}

/** The query string of a filter, defaults left out, names in a fixed order: the same filter gives the same URL. */
export function formatFilter<S extends z.ZodObject>(schema: S, filter: Partial<z.infer<S>>): URLSearchParams {
  const defaults = schema.parse({}) as Record<string, unknown>
  const search = new URLSearchParams()
  for (const name of Object.keys(schema.shape)) {
    const value = (filter as Record<string, unknown>)[name]
    if (value === undefined || JSON.stringify(value) === JSON.stringify(defaults[name])) continue
    for (const item of Array.isArray(value) ? value : [value]) search.append(name, String(item))
  }
  return search
}

function takesMany(field: z.ZodType): boolean {
  const inner = field instanceof z.ZodDefault || field instanceof z.ZodOptional ? (field.unwrap() as z.ZodType) : field
  return inner instanceof z.ZodArray
}
