/**
 * The catalogue: systems, integrations, processes, facilities, calendars, headlines as data. Shipped as JSON files:
 * what every group shares (processes, headlines, a default calendar) in `seeds/standard/`, loaded on an empty store; the demo group's own in `seeds/group/`. Kept with versions in PostgreSQL. No flow is hard-coded anywhere else; types come from these schemas.
 */
import { z } from 'zod'
import { CRITICALITIES } from '../model/event.ts'
import { EXCEPTION_KINDS, SEVERITIES } from '../model/exception.ts'
import { exceptionFilter } from '../model/filter.ts'
import { money } from '../model/money.ts'

const slug = z.string().regex(/^[a-z0-9][a-z0-9-]*$/)
/**
 * `<domain>.<object>.<what happened>`, or the type of a foreign log verbatim ("Enter Incoming Invoice"), so that a process can be
 * declared over imported events. A foreign one has a capital or a space: a mistyped own one is still refused.
 */
export const eventType = z.string().max(200).regex(/^[a-z0-9_]+(\.[a-z0-9_]+){2,}$|^(?=.*[A-Z ])\S(.*\S)?$/)
/** ISO 8601 duration with days, hours, minutes, seconds only: `PT4H`, `P2D`. In working time a day is one working day of the calendar. */
export const duration = z.string().regex(/^P(?=\d|T\d)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/)
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/)
const person = z.strictObject({ name: z.string(), team: z.string(), contact: z.string() })

/** A legal entity: what books are kept for. Its id is the default namespace of the documents it numbers. */
export const entity = z.strictObject({ id: slug, name: z.string(), country: z.string().length(2), currency: z.string().length(3) })

export const facility = z.strictObject({
  id: slug, name: z.string(), shortName: z.string(), city: z.string(),
  kind: z.enum(['hospital', 'clinic', 'laboratory', 'pharmacy', 'distribution_centre', 'support_centre']),
  entity: slug, timeZone: z.string(), calendar: slug, currency: z.string().length(3),
})

/** Working time: opening hours per weekday in a time zone, and exceptional days (a holiday has no hours, a half day has its own). */
export const calendar = z.strictObject({
  id: slug, name: z.string(), timeZone: z.string(),
  /** Monday first; each day a list of [open, close) in local time; `24:00` is the end of the day */
  week: z.array(z.array(z.tuple([clock, clock]))).length(7),
  days: z.array(z.strictObject({ date: z.iso.date(), name: z.string(), hours: z.array(z.tuple([clock, clock])) })),
})
export type Calendar = z.infer<typeof calendar>

export const SYSTEM_GROUPS = ['erp', 'suppliers', 'payments', 'banks', 'accounting', 'clinical', 'claims', 'hr', 'logistics', 'crm', 'feeds', 'middleware'] as const
export const system = z.strictObject({ id: slug, name: z.string(), group: z.enum(SYSTEM_GROUPS), vendor: z.string(), description: z.string() })

export const integration = z.strictObject({
  id: slug, name: z.string(), from: slug, to: slug,
  mode: z.enum(['realtime', 'batch']),
  /** when a batch runs, in words and as cron in the time zone named; null for real time */
  schedule: z.strictObject({ words: z.string(), cron: z.string(), timeZone: z.string() }).nullable(),
  eventTypes: z.array(eventType).min(1),
  businessOwner: person, technicalOwner: person, supportPath: z.string(),
  runbook: z.strictObject({ title: z.string(), steps: z.array(z.string()).min(1) }),
  slo: z.strictObject({ target: z.number().min(0.5).max(0.99999), latencyP95Ms: z.int().positive(), silentAfter: duration.nullable() }),
  /** how long a failure may go unrecovered before it is an exception */
  retryGrace: duration,
  maxAttempts: z.int().min(1),
  replay: z.strictObject({ target: slug.nullable(), postsMoney: z.boolean(), postsStock: z.boolean() }),
  /** the namespace of object ids it reports; null: the entity of the event's facility */
  namespace: slug.nullable(),
  strict: z.boolean(),
})
export type Integration = z.infer<typeof integration>

/**
 * Words about a milestone with placeholders {id} {counterparty} {facility} {system} {from} {to} {error}, filled by `words.ts`. Plain
 * language, per the design's wording rules. {system} is the event's source; {from} and {to} are the ends of the integration that the
 * event names, else of the one that answers for the step.
 */
const words = z.strictObject({ name: z.string(), done: z.string(), failed: z.string(), missing: z.string() })

export const milestone = z.strictObject({
  type: eventType,
  /** the object type whose milestone it is */
  object: z.string(),
  words,
  /** says no: the step went well and the answer is bad; opens a `failed` exception until one of supersededBy is seen on the object at or after it */
  negative: z.boolean(),
  /** false: a "no" that is no trouble of its own, because the exception it answers stays open (a replay that is refused) */
  opensException: z.boolean().default(true),
  supersededBy: z.array(eventType),
  postsMoney: z.boolean(), postsStock: z.boolean(),
})

/** Who answers for a step in this group: processes are standard, responsibilities are the group's own. Runbook and support path are the integration's. */
export const responsibility = z.strictObject({
  id: eventType,
  process: slug,
  systemOfRecord: slug,
  integration: slug.nullable(),
  mode: z.enum(['realtime', 'batch']),
  businessOwner: person, technicalOwner: person,
})

/** A condition on the anchor event: every given part must hold. */
export const condition = z.strictObject({
  attribute: z.string().nullable(),
  equals: z.union([z.string(), z.number(), z.boolean()]).nullable(),
  criticality: z.array(z.enum(CRITICALITIES)).nullable(),
})

/**
 * After `after` (succeeded) on an object of type `object`, one of `expect` (succeeded, at or after the anchor's time, touching the
 * same object) or one of `cancel` must follow within the time allowed for the object's criticality.
 * A succeeded `expect` seen before the anchor's time also meets it (systems report out of order); a `cancel` at any time cancels.
 * Where `recurs` is true the object goes through this again and again (a stock level, an item's changes): then only an `expect` or
 * `cancel` at or after the anchor counts, and the anchor is the first `after` since the last of them.
 */
export const expectation = z.strictObject({
  id: slug, object: z.string(),
  after: eventType, expect: z.array(eventType).min(1), cancel: z.array(eventType),
  within: z.strictObject({ critical: duration, high: duration, normal: duration, low: duration }),
  /** `facility`: the calendar of the anchor event's facility; `always`: elapsed time; else a calendar's id */
  calendar: z.string(),
  warnAt: z.number().min(0.1).max(1),
  recurs: z.boolean().default(false),
  when: condition.nullable(),
  /** words for the title of an overdue exception: who did not do what, with the placeholders of milestone words */
  missing: z.string(),
  /** what it means, then what to do */
  explanation: z.string(),
})
export type Expectation = z.infer<typeof expectation>

export const process = z.strictObject({
  id: slug,
  /** order of display; where several processes share an event type, the one with the lowest position is the type's home */
  position: z.int().min(0),
  name: z.string(), shortName: z.string(),
  description: z.string(),
  milestones: z.array(milestone).min(1),
  expectations: z.array(expectation),
})
export type Process = z.infer<typeof process>

/** A headline of the control tower: a filter over exceptions, so that tile, list, badge, export and mail are one number. */
export const headline = z.strictObject({
  key: z.enum(['stuck_purchase_orders', 'failed_invoice_exports', 'unmatched_payments', 'uncaptured_charges', 'rejected']),
  name: z.string(), definition: z.string(),
  filter: exceptionFilter.partial(),
})
export type Headline = z.infer<typeof headline>

/** Who answers for exceptions together. `members`: the e-mail addresses of their accounts. */
export const team = z.strictObject({ id: slug, name: z.string().min(1).max(80), contact: z.string().max(200), members: z.array(z.email()).default([]) })
export type Team = z.infer<typeof team>

const anyOf = z.array(z.string().min(1).max(200)).default([])
/** Which exceptions a rule speaks of: of every list that is not empty one value must be the exception's own; an empty list asks nothing. */
const selection = {
  kind: z.array(z.enum(EXCEPTION_KINDS)).default([]),
  /** true: only a step that went well and said no; false: anything but that; null asks nothing */
  refusal: z.boolean().nullable().default(null),
  /** as the events say it; what none of them says is normal */
  criticality: z.array(z.enum(CRITICALITIES)).default([]),
  process: anyOf, step: anyOf, objectType: anyOf, facility: anyOf, entity: anyOf, integration: anyOf, system: anyOf,
  /** ids or names */
  counterparty: anyOf,
}
/** Working time of `facility`'s calendar, elapsed time (`always`), or the calendar with this id. */
const timeBase = z.string().default('always')
const ruleHead = { id: slug, position: z.int().min(0).max(1_000_000), name: z.string().min(1).max(80), active: z.boolean().default(true) }

/**
 * A condition on an exception and what it does to its severity, which starts as its criticality. Rules apply in order of position. What
 * only grows (money, time) may only raise, and what only shrinks may only lower, so that more money or more delay never makes a trouble less severe.
 */
export const severityRule = z.strictObject({
  ...ruleHead,
  when: z.strictObject({
    ...selection,
    /** one amount per currency, in its own minor units; another currency does not fulfil it */
    amountAtLeast: z.array(money).default([]),
    amountBelow: z.array(money).default([]),
    /** how the clock of the expected step stands: past its warning, or past its due time by so long. Without a clock it does not hold */
    late: z.strictObject({ state: z.enum(['at_risk', 'overdue']), by: duration.default('PT0S'), calendar: timeBase }).nullable().default(null),
    /** for how long it is trouble: since the failure counted or the due time passed */
    open: z.strictObject({ for: duration, calendar: timeBase }).nullable().default(null),
  }),
  effect: z.union([z.strictObject({ atLeast: z.enum(SEVERITIES) }), z.strictObject({ raise: z.literal(1) }), z.strictObject({ lower: z.literal(1) })]),
  /** completes "Critical because …": no capital, no full stop; placeholders {amount} {limit} {time} {criticality} {process} {step} {facility} {counterparty} */
  because: z.string().min(1).max(300),
})
export type SeverityRule = z.infer<typeof severityRule>

/** Whom an exception belongs to, by the first rule in order of position that fits it. Where none does, it is the step's business owner. */
export const ownershipRule = z.strictObject({
  ...ruleHead,
  when: z.strictObject({ ...selection, severity: z.array(z.enum(SEVERITIES)).default([]) }),
  /** a team, a person by the e-mail address of their account, or the owner that the step or its integration names */
  to: z.union([z.strictObject({ team: slug }), z.strictObject({ person: z.email() }), z.strictObject({ role: z.enum(['business', 'technical']) })]),
})
export type OwnershipRule = z.infer<typeof ownershipRule>

/** The document kinds, in the order they are loaded (later ones refer to earlier ones). */
export const DOCUMENT_SCHEMAS = { entity, calendar, facility, system, integration, process, responsibility, headline, team, severity_rule: severityRule, ownership_rule: ownershipRule } as const
export type DocumentKind = keyof typeof DOCUMENT_SCHEMAS
