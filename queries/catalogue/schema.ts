/**
 * The catalogue: systems, integrations, processes, facilities, calendars, headlines, views as data. Shipped as JSON files:
 * what every group shares (processes, headlines, views, a default calendar) in `seeds/standard/`, loaded on an empty store; the demo group's own in `seeds/group/`. Kept with versions in PostgreSQL. No flow is hard-coded anywhere else; types come from these schemas.
 */
import { z } from 'zod'
import { CRITICALITIES } from '../model/event.ts'
import { EXCEPTION_KINDS, SEVERITIES } from '../model/exception.ts'
import { exceptionFilter } from '../model/filter.ts'
import { money } from '../model/money.ts'
import { normalWorklistQuery } from '../model/worklist-query.ts'
import { agreement, expectation } from './expectation.ts'
import { duration, eventType, slug } from './parts.ts'
import { reconciliationSet } from './reconciliation.ts'

export { condition, expectation } from './expectation.ts'
export type { Agreement, Condition, ConditionTest, Expectation, Pause } from './expectation.ts'
export { duration, eventType } from './parts.ts'

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
  /**
   * What must be seen of a batch in each window of its schedule, by the schedule's time plus the grace: one of `expect`, from each of
   * `feeds` (`attributes.feed`; none named: from any). null: its windows are not watched.
   */
  window: z.strictObject({ expect: z.array(eventType).min(1), feeds: z.array(z.string().min(1)).default([]), grace: duration, criticality: z.enum(CRITICALITIES).default('normal') }).nullable().default(null),
  eventTypes: z.array(eventType).min(1),
  businessOwner: person, technicalOwner: person, supportPath: z.string(),
  runbook: z.strictObject({ title: z.string(), steps: z.array(z.string()).min(1) }),
  /** `silentAfter`: heard of nothing for longer, in working time, it is an exception */
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

export const process = z.strictObject({
  id: slug,
  /** order of display; where several processes share an event type, the one with the lowest position is the type's home */
  position: z.int().min(0),
  name: z.string(), shortName: z.string(),
  description: z.string(),
  milestones: z.array(milestone).min(1),
  expectations: z.array(expectation),
  agreements: z.array(agreement).default([]),
})
export type Process = z.infer<typeof process>

/** A headline of the control tower: a filter over exceptions, so that tile, list, badge, export and mail are one number. */
export const headline = z.strictObject({
  key: z.enum(['stuck_purchase_orders', 'failed_invoice_exports', 'unmatched_payments', 'uncaptured_charges', 'rejected']),
  name: z.string(), definition: z.string(),
  filter: exceptionFilter.partial(),
})
export type Headline = z.infer<typeof headline>

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 07:30')
/** Who is told. `owner`: whoever answers for the exception's step, by the catalogue; `assignee`: who has taken it. */
export const policyRecipient = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('role'), role: z.string().min(1) }),
  z.strictObject({ kind: z.literal('person'), email: z.email() }),
  z.strictObject({ kind: z.literal('team'), team: z.string().min(1) }),
  z.strictObject({ kind: z.literal('owner'), side: z.enum(['business', 'technical']) }),
  z.strictObject({ kind: z.literal('assignee') }),
  /** addresses without a sign-in; they see these facilities and companies, all of them where both lists are empty */
  z.strictObject({ kind: z.literal('addresses'), addresses: z.array(z.email()).min(1).max(50), facilities: z.array(slug), entities: z.array(slug) }),
  z.strictObject({ kind: z.literal('webhook'), webhook: z.string().min(1) }),
])
export type PolicyRecipient = z.infer<typeof policyRecipient>

/** Who is told of which exceptions, when. The filter is the worklist's own; absolute times have no place in it. */
export const policy = z.strictObject({
  id: slug, name: z.string().min(1).max(120), description: z.string().max(1000), enabled: z.boolean(),
  /** anybody who may read may follow it */
  open: z.boolean(),
  filter: exceptionFilter.omit({ from: true, to: true, dueBefore: true, sort: true }).partial(),
  to: z.array(policyRecipient).max(50),
  /** `opened`: when it becomes an exception that the filter lets through. `warning`: at the expectation's share of the time, before it is late. `breach`: when it passes its due time */
  when: z.strictObject({ opened: z.boolean(), warning: z.boolean(), breach: z.boolean() }),
  /** further people, so much working time after it opened, as long as nobody has taken it (or it is not closed) */
  escalations: z.array(z.strictObject({ after: duration, calendar: z.string(), unless: z.enum(['taken', 'closed']), to: z.array(policyRecipient).min(1) })).max(10),
  /** `at`: in the reader's own time zone, unless the reader chose another hour. `weekday`: 1 is Monday, for `week` */
  digest: z.strictObject({ every: z.enum(['day', 'weekday', 'week']), weekday: z.int().min(1).max(7), at: clockTime }).nullable(),
  /** what comes within `window` of the first is one mail; the next is at least `spacing` after the last */
  grouping: z.strictObject({ window: duration, spacing: duration }),
  /** false: quiet hours do not hold it back, as if all of it were critical */
  quiet: z.boolean(),
})
export type Policy = z.infer<typeof policy>

/**
 * A ready-made view of the worklist. `roles`: whose tabs it is among, empty for everybody's; `query`: the worklist's address as in
 * `model/worklist-query.ts`, so that `me` and `now` are the reader's. Position orders the tabs.
 */
export const view = z.strictObject({
  id: slug.regex(/[a-z]/), name: z.string().min(1).max(80), description: z.string(), position: z.int(), roles: z.array(z.string()),
  /** its rows stand in the daily queue of those it is for, as what may be missed */
  inQueue: z.boolean().default(false),
  query: z.string().refine(query => {
    try {
      return normalWorklistQuery(query) === query
    } catch {
      return false
    }
  }, 'not an address of the worklist with its names in order'),
})
export type StandardView = z.infer<typeof view>

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
  /** types of objects for which the object came to be: its first event names one too (an order, the shelf that waits for it) */
  serves: anyOf,
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
export const DOCUMENT_SCHEMAS = { entity, calendar, facility, system, integration, process, responsibility, headline, view, team, severity_rule: severityRule, ownership_rule: ownershipRule, policy, reconciliation_set: reconciliationSet } as const
export type DocumentKind = keyof typeof DOCUMENT_SCHEMAS
