/** What severity and ownership rules look at, and whether a rule's selection fits it. Pure. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { OwnershipRule, SeverityRule } from '#queries/catalogue/schema.ts'
import type { ExceptionRow, FoundException } from '#queries/postgres/exceptions.ts'

/**
 * The facts of one trouble. Instants are epoch milliseconds. `warnAt` and `dueAt` are the clock of the step that is expected; without
 * one `warnAt` is null. `beganAt`: since when it is trouble (null: it has no time of its own, as rejected input).
 */
export type Facts = Pick<
  FoundException,
  | 'kind' | 'type' | 'process' | 'step' | 'objectType' | 'facility' | 'entity' | 'integration' | 'system' | 'counterpartyId' | 'counterpartyName'
  | 'amountMinor' | 'currency' | 'criticality' | 'warnAt' | 'dueAt' | 'beganAt' | 'serves'
>

/** The columns that {@link factsOfRow} reads. */
export const FACT_COLUMNS = [
  'kind', 'type', 'process', 'step', 'object_type', 'facility', 'entity', 'integration', 'system', 'counterparty_id', 'counterparty_name',
  'amount_minor', 'currency', 'criticality', 'warn_at', 'due_at', 'began_at', 'serves',
] as const

/** The facts of an exception as it is kept. */
export function factsOfRow(row: Pick<ExceptionRow, (typeof FACT_COLUMNS)[number]>): Facts {
  return {
    kind: row.kind as Facts['kind'], type: row.type, process: row.process, step: row.step, objectType: row.object_type, facility: row.facility, entity: row.entity, integration: row.integration, system: row.system,
    counterpartyId: row.counterparty_id, counterpartyName: row.counterparty_name, amountMinor: row.amount_minor === null ? null : String(row.amount_minor), currency: row.currency,
    criticality: row.criticality, warnAt: row.warn_at?.getTime() ?? null, dueAt: row.due_at?.getTime() ?? null, beganAt: row.began_at?.getTime() ?? null, serves: row.serves,
  }
}

type Selection = Pick<SeverityRule['when'] & OwnershipRule['when'], 'kind' | 'refusal' | 'criticality' | 'process' | 'step' | 'objectType' | 'facility' | 'entity' | 'integration' | 'system' | 'counterparty' | 'serves'>

/** The lists of a selection that compare one fact each. */
const LISTS = ['kind', 'process', 'step', 'objectType', 'facility', 'entity', 'integration', 'system'] as const

/** A selection made ready: every list that is given must have the fact's value; an empty one asks nothing. */
export function matcherOf(when: Selection, catalogue: Pick<Catalogue, 'processes'>): (facts: Facts) => boolean {
  const sets = LISTS.flatMap(name => (when[name].length > 0 ? [{ name, values: new Set<string>(when[name]) }] : []))
  const criticalities = new Set<string>(when.criticality)
  const counterparties = new Set(when.counterparty)
  const served = new Set(when.serves)
  const negatives = new Map([...catalogue.processes.values()].map(process => [process.id, new Set(process.milestones.filter(item => item.negative).map(item => item.type))] as const))
  const isRefusal = ({ kind, process, step, type }: Facts) => kind === 'failed' && step !== null && type === stepNoun(step) && (negatives.get(process ?? '')?.has(step) ?? false)
  return facts =>
    sets.every(({ name, values }) => values.has(facts[name] ?? ''))
    && (criticalities.size === 0 || criticalities.has(facts.criticality || 'normal'))
    && (counterparties.size === 0 || counterparties.has(facts.counterpartyId ?? '') || counterparties.has(facts.counterpartyName ?? ''))
    && (served.size === 0 || facts.serves.some(type => served.has(type)))
    && (when.refusal === null || isRefusal(facts) === when.refusal)
}

/** `procurement.purchase_order.refused` → `purchase_order_refused`: the type of an exception without its kind. */
export function stepNoun(step: string): string {
  const [, object, ...verb] = step.split('.')
  return [object, ...verb].filter(Boolean).join('_') || step
}
