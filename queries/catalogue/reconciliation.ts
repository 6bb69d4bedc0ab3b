/**
 * A reconciliation set as data: which documents stand on which side, by what they are linked, which rules match them in which order,
 * and what becomes trouble. The SQL of `queries/clickhouse/reconciliation` is made from this; no set is known to the code.
 */
import { z } from 'zod'
import { money } from '../model/money.ts'
import { PASSES } from '../model/reconciliation.ts'
import { duration, eventType, slug } from './parts.ts'

const path = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$/, 'must be a path of members joined by dots')
const name = z.string().regex(/^[a-z][A-Za-z0-9]*$/)

/**
 * Where a value comes from, parts joined by `#`: `id` (of the item's object), `related:<type>` (an object of that type in the same event),
 * `counterparty`, `line.<member>`, or the path of an attribute. `text:<path>`: the references found in a free text.
 */
const part = String.raw`(?:id|counterparty|related:[a-z_]+|line\.[A-Za-z0-9_]+|[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)`
export const linkSource = z.string().regex(new RegExp(`^(?:text:[A-Za-z][A-Za-z0-9_.]*|${part}(?:#${part})*)$`), 'must name id, related:<type>, counterparty, line.<member>, a path, or text:<path>')

/** What makes the items of one side: one source per kind of document. */
const itemSource = z.strictObject({
  object: z.string().regex(/^[a-z_]+$/),
  /** the succeeded event that makes the item; the newest one holds */
  from: z.array(eventType).min(1),
  /** seen at or after it, the item is no more */
  cancelledBy: z.array(eventType).default([]),
  /** attributes that must have (or, `unless`, must not have) a value; null: any value at all */
  only: z.record(path, z.string().nullable()).default({}),
  unless: z.record(path, z.string().nullable()).default({}),
  /** excluded with this reason instead of left out */
  excluded: z.array(z.strictObject({ when: z.record(path, z.string().nullable()), because: z.string() })).default([]),
  /** an item per member of this list */
  lines: path.nullable().default(null),
  /** the event's amount, a money attribute, a line's quantity times unit price, or a quantity (kept in hundredths under the unit `QTY`, which is no currency) */
  amount: z.union([
    z.literal('event'), z.literal('line'),
    z.strictObject({ money: path }), z.strictObject({ sum: path, currency: path }), z.strictObject({ quantity: path }),
    /** the line's quantity at the price of the item of this object with the same link */
    z.strictObject({ quantityAtPriceOf: z.string() }),
  ]).default('event'),
  /** with `lines`: what the event's amount has beyond its lines is an item of its own, `#rest` */
  rest: z.boolean().default(false),
  direction: z.union([z.enum(['credit', 'debit']), z.strictObject({ attribute: path })]).default('credit'),
  account: path.nullable().default(null),
  /** the first of these that is given is the item's day; else the event's own */
  dates: z.array(path).default([]),
  links: z.record(name, z.array(linkSource).min(1)),
  /** the other side may take so long (elapsed time); until then it is expected */
  expectedFor: duration.default('P0D'),
  /** may belong to another set: without a match it is excluded here, not unmatched */
  optional: z.boolean().default(false),
  /** without a match in its time it is an exception */
  opens: z.boolean().default(false),
  /** a stand-in for an item of this kind with the same link (`payment.fee`, where no fee event came) */
  standsInFor: z.strictObject({ object: z.string(), link: name }).nullable().default(null),
  /** tells this item apart from the object's others, after `#` */
  suffix: z.string().regex(/^[a-z]+$/).nullable().default(null),
})
export type ItemSource = z.infer<typeof itemSource>

const side = z.strictObject({
  id: slug, name: z.string(), items: z.array(itemSource).min(1),
  /** a match that differs is this side's trouble; the last side that says so and takes part */
  carries: z.boolean().default(false),
})

export const reconciliationRule = z.strictObject({
  id: slug, name: z.string(),
  pass: z.enum(PASSES),
  /** what two items must share */
  on: z.array(name).min(1),
  /** days between them; null: any */
  window: z.int().min(0).max(3650).nullable().default(null),
  /** true: matches by itself where one answer is left; false: suggests */
  autoMatch: z.boolean().default(true),
  /** above this amount it only suggests; none for a currency: no cap */
  cap: z.array(money).default([]),
})
export type ReconciliationRule = z.infer<typeof reconciliationRule>

export const reconciliationSet = z.strictObject({
  id: slug, position: z.int().min(0), name: z.string(), description: z.string(), process: slug,
  sides: z.array(side).min(2).max(3),
  tolerances: z.strictObject({ absolute: z.array(money), relative: z.string().regex(/^0(\.\d{1,6})?$/), days: z.int().min(0) }),
  rules: z.array(reconciliationRule).min(1),
  /** a difference in part of the amount is recorded as */
  differences: z.strictObject({ short: z.string(), over: z.string() }),
  /** what a match that differs says, and an item without its other side; placeholders of milestone words */
  words: z.strictObject({ differs: z.string(), missing: z.string(), explanation: z.string() }),
  /** a person may write off up to this without a second one */
  writeOffLimit: z.array(money).default([]),
})
export type ReconciliationSet = z.infer<typeof reconciliationSet>
