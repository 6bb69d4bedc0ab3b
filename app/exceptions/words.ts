/** The words of an exception, from the catalogue's templates: who did not do what, what it means, what to do. */
import type { ObjectEvent, ObjectState, Obligation } from '#queries/clickhouse/finding/types.ts'
import type { Evaluated } from './evaluate.ts'
import type { Rules } from './rules.ts'

const ERROR_LENGTH = 200

/** Fills `{name}` placeholders; one that is unknown stays as it is, so that a slip in the catalogue is seen. */
export function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

/** Title and explanation of a failed, overdue or mismatch exception. `alsoOverdue`: a failure whose milestone is past its due time as well. */
export function wordsOf(trouble: Evaluated, state: ObjectState, rules: Rules, alsoOverdue: boolean): { title: string; explanation: string } {
  const { obligation } = trouble
  const last = trouble.evidence.at(-1)
  const values = placeholders(obligation, state, last, rules)
  const milestone = rules.milestone(obligation.process, obligation.milestone)
  if (obligation.kind === 'overdue') {
    const expectation = rules.of(state.type).expectations.find(rule => rule.expectation.id === obligation.expectation && rule.process === obligation.process)?.expectation
    return {
      title: fill(expectation?.missing ?? milestone?.words.missing ?? '{id}: the next step is missing', values),
      explanation: fill(expectation?.explanation ?? 'The step that should have followed was not seen in its time.', values),
    }
  }
  if (obligation.kind === 'mismatch') {
    const agreement = rules.of(state.type).agreements.find(rule => rule.process === obligation.process && `agreement:${rule.agreement.id}` === obligation.expectation)?.agreement
    return { title: fill(agreement?.differs ?? '{id}: two reports differ', values), explanation: fill(agreement?.explanation ?? 'Two reports of the same thing differ.', values) }
  }
  const integration = rules.integration(obligation.integration)
  const next = integration?.runbook.steps[0]
  if (trouble.negative) {
    const template = milestone?.words.done ?? '{id}: the answer was no'
    return { title: fill(template, values), explanation: [`${values['system']} answered no, so the process does not go on by itself.`, last?.errorMessage ? `Reason given: ${values['error']}.` : '', next ? `Next: ${next}` : ''].filter(Boolean).join(' ') }
  }
  const template = milestone?.words.failed ?? (state.type === '' ? '{name}: the step {step} failed: {error}' : '{type} {id}: the step {step} failed: {error}')
  const tries = trouble.evidence.length === 1 ? 'One attempt failed' : `${trouble.evidence.length} attempts failed`
  return {
    title: fill(template, { ...values, name: integration?.name ?? obligation.integration, type: sentence(state.type), step: obligation.milestone }),
    explanation: [`${tries} and nothing later succeeded.`, alsoOverdue ? 'The step is past its due time as well.' : '', next ? `Next: ${next}` : ''].filter(Boolean).join(' '),
  }
}

function placeholders(obligation: Obligation, state: ObjectState, last: ObjectEvent | undefined, rules: Rules): Record<string, string> {
  const integration = rules.integration(obligation.integration)
  const to = integration ? rules.names.system(integration.to) : 'the receiver'
  return {
    id: state.id,
    counterparty: obligation.counterpartyName || obligation.counterpartyId || 'the other party',
    facility: obligation.facility ? rules.names.facility(obligation.facility) : 'an unknown facility',
    system: rules.names.systemOfRecord(obligation.milestone) || to,
    from: integration ? rules.names.system(integration.from) : 'the sender',
    to,
    error: errorText(last),
  }
}

/** The error in words, without its full stop; the code if there is no message. */
export function errorText(event: Pick<ObjectEvent, 'errorMessage' | 'errorCode'> | undefined): string {
  const text = (event?.errorMessage || event?.errorCode || 'no reason was given').trim().replace(/[.\s]+$/u, '')
  return text.length > ERROR_LENGTH ? `${text.slice(0, ERROR_LENGTH - 1)}…` : text
}

/** `purchase_order` → `Purchase order`. */
export const sentence = (slug: string): string => slug.charAt(0).toUpperCase() + slug.slice(1).replaceAll('_', ' ')
