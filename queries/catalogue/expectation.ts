/** The shape of an expectation: what must follow what, within which time, for what, and when its clock stands still. */
import { z } from 'zod'
import { isDecimal } from '../model/decimal.ts'
import { CRITICALITIES } from '../model/event.ts'
import { money } from '../model/money.ts'
import { duration, eventType, slug } from './parts.ts'

const ORDERING = ['at_least', 'more_than', 'at_most', 'less_than'] as const
export type Ordering = (typeof ORDERING)[number]
const MEMBERSHIP = ['one_of', 'none_of'] as const
const ATTRIBUTE_OPERATORS = [...ORDERING, ...MEMBERSHIP, 'equals', 'not_equals', 'present', 'absent'] as const

/** An operator from a closed list; the message names them all. */
const operator = <const T extends readonly [string, ...string[]]>(names: T) => z.enum(names, { error: issue => `unknown operator ${JSON.stringify(issue.input)}: one of ${names.join(', ')}` })
const scalar = z.union([z.string(), z.number(), z.boolean()])

/** The amount of the anchor event, else of its object. One bound per currency; an amount in a currency that has none does not pass. */
const amountTest = z.strictObject({ of: z.literal('amount'), operator: operator(ORDERING), value: z.array(money).min(1) }).superRefine((test, context) => {
  const currencies = test.value.map(bound => bound.currency)
  currencies.forEach((currency, index) => {
    if (currencies.indexOf(currency) !== index) context.addIssue({ code: 'custom', path: ['value', index], message: `${currency} is given twice` })
  })
})

/** An attribute of the anchor event by its path (`supplier`, `lines.0.item`). Ordering compares decimals exactly, whether sent as text or number. */
const attributeTest = z.strictObject({
  of: z.literal('attribute'), attribute: z.string().min(1), operator: operator(ATTRIBUTE_OPERATORS), value: z.union([scalar, z.array(scalar)]).nullable().default(null),
}).superRefine(({ operator: name, value }, context) => {
  const problem = attributeProblem(name, value)
  if (problem) context.addIssue({ code: 'custom', path: ['value'], message: problem })
})

function attributeProblem(name: (typeof ATTRIBUTE_OPERATORS)[number], value: unknown): string | null {
  if (name === 'present' || name === 'absent') return value === null ? null : `${name} takes no value`
  if (name === 'one_of' || name === 'none_of') return Array.isArray(value) && value.length > 0 ? null : `${name} takes a list`
  if (value === null || Array.isArray(value)) return `${name} takes one value`
  return name === 'equals' || name === 'not_equals' || isDecimal(String(value)) ? null : `${name} takes a decimal`
}

const criticalityTest = z.strictObject({ of: z.literal('criticality'), operator: operator(MEMBERSHIP), value: z.array(z.enum(CRITICALITIES)).min(1) })
/** The id of the counterparty, or the facility, that the anchor event names, else its object. */
const partyTest = z.strictObject({ of: z.enum(['counterparty', 'facility']), operator: operator(MEMBERSHIP), value: z.array(z.string().min(1)).min(1) })

export const conditionTest = z.discriminatedUnion('of', [amountTest, attributeTest, criticalityTest, partyTest], { error: 'must test one of amount, attribute, criticality, counterparty, facility' })
export type ConditionTest = z.infer<typeof conditionTest>

/** A condition on the anchor event: every given part and every test must hold. `attribute` with `equals` is the short form of one test. */
export const condition = z.strictObject({
  attribute: z.string().nullable().default(null),
  equals: scalar.nullable().default(null),
  criticality: z.array(z.enum(CRITICALITIES)).nullable().default(null),
  tests: z.array(conditionTest).default([]),
})
export type Condition = z.infer<typeof condition>

/**
 * The clock stands still from the first of `from` until the next of `until`, both succeeded on the same object, but never longer than
 * `atMost` of the expectation's calendar: who waits for ever for a third party is late in the end. A pause that begins after the due
 * time changes nothing any more.
 */
export const pause = z.strictObject({ from: z.array(eventType).min(1), until: z.array(eventType).min(1), atMost: duration })
export type Pause = z.infer<typeof pause>

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
  /** at this share of the allowed time it is at risk */
  warnAt: z.number().min(0.1).max(1),
  recurs: z.boolean().default(false),
  when: condition.nullable(),
  pause: pause.nullable().default(null),
  /** words for the title of an overdue exception: who did not do what, with the placeholders of milestone words */
  missing: z.string(),
  /** what it means, then what to do */
  explanation: z.string(),
})
export type Expectation = z.infer<typeof expectation>

/**
 * Two reports of one thing must agree in an attribute (the control totals of a file when it was produced and when it was loaded). Where
 * they differ, it is a mismatch at the step `second` until it is reported again and agrees.
 */
export const agreement = z.strictObject({
  id: slug, object: z.string(), first: eventType, second: eventType, attribute: z.string().min(1),
  /** words of the mismatch, with the placeholders of milestone words */
  differs: z.string(),
  explanation: z.string(),
})
export type Agreement = z.infer<typeof agreement>
