/** Whether an expectation's condition holds for its anchor event. Pure. */
import { z } from 'zod'
import type { Condition, ConditionTest } from '#queries/catalogue/schema.ts'
import type { ObjectEvent, ObjectState } from '#queries/clickhouse/finding/types.ts'
import { compareDecimals } from '#queries/model/decimal.ts'
import { toMinor } from '#queries/model/money.ts'

/** What of the object stands in where the anchor event says nothing. */
export type About = Pick<ObjectState, 'amountMinor' | 'currency' | 'counterpartyId' | 'facility'>

const record = z.record(z.string(), z.unknown())

/** An event's attributes; what cannot be read is none. */
export function attributesOf(event: { attributes: string }): Record<string, unknown> {
  if (!event.attributes) return {}
  try {
    return record.safeParse(JSON.parse(event.attributes)).data ?? {}
  } catch {
    return {} // kept as it came; a condition on it does not hold
  }
}

/** True if every part of the condition holds; a condition of null always does. */
export function holds(condition: Condition | null, anchor: ObjectEvent, object: About): boolean {
  if (condition === null) return true
  if (condition.criticality && !condition.criticality.some(level => level === criticalityOf(anchor))) return false
  if (condition.attribute !== null && attributesOf(anchor)[condition.attribute] !== condition.equals) return false
  return condition.tests.every(test => passes(test, anchor, object))
}

/** True if evaluating the condition needs the anchor's attributes. */
export const readsAttributes = (condition: Condition | null): boolean =>
  condition !== null && (condition.attribute !== null || condition.tests.some(test => test.of === 'attribute'))

function passes(test: ConditionTest, anchor: ObjectEvent, object: About): boolean {
  switch (test.of) {
    case 'amount': {
      const [minor, currency] = anchor.amountMinor === null ? [object.amountMinor, object.currency] : [anchor.amountMinor, anchor.currency]
      const bound = test.value.find(each => each.currency === currency)
      if (minor === null || !bound) return false
      const difference = BigInt(minor) - toMinor(bound)
      return ordered(test.operator, difference < 0n ? -1 : difference > 0n ? 1 : 0)
    }
    case 'criticality': return belongs(test.operator, test.value.some(level => level === criticalityOf(anchor)))
    case 'counterparty': return belongs(test.operator, test.value.includes(anchor.counterpartyId || object.counterpartyId))
    case 'facility': return belongs(test.operator, test.value.includes(anchor.facility || object.facility))
    case 'attribute': return attributePasses(test, at(attributesOf(anchor), test.attribute))
  }
}

function attributePasses({ operator, value }: Extract<ConditionTest, { of: 'attribute' }>, found: unknown): boolean {
  switch (operator) {
    case 'present': return found !== undefined && found !== null && found !== ''
    case 'absent': return found === undefined || found === null || found === ''
    case 'equals': return found === value
    case 'not_equals': return found !== value
    case 'one_of': case 'none_of': return belongs(operator, Array.isArray(value) && value.some(each => each === found))
    default: {
      if (typeof found !== 'string' && typeof found !== 'number') return false
      const order = compareDecimals(String(found), String(value))
      return order !== null && ordered(operator, order)
    }
  }
}

const belongs = (operator: 'one_of' | 'none_of', is: boolean): boolean => (operator === 'one_of' ? is : !is)

function ordered(operator: 'at_least' | 'more_than' | 'at_most' | 'less_than', order: number): boolean {
  switch (operator) {
    case 'at_least': return order >= 0
    case 'more_than': return order > 0
    case 'at_most': return order <= 0
    case 'less_than': return order < 0
  }
}

const criticalityOf = (anchor: ObjectEvent): string => anchor.criticality || 'normal'

/** The value at a dotted path; undefined where there is none. */
export function at(attributes: Record<string, unknown>, path: string): unknown {
  return path.split('.').reduce<unknown>((holder, name) => {
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, name)) return undefined
    return (holder as Record<string, unknown>)[name]
  }, attributes)
}
