/** The words of an exception, from the catalogue's templates: who did not do what, what it means, what to do. */
import type { ObjectEvent, ObjectState, Obligation } from '#queries/clickhouse/finding/types.ts'
import { fillWords, type Placeholder } from '#queries/catalogue/words.ts'
import type { Evaluated } from './evaluate.ts'
import type { Rules } from './rules.ts'

const ERROR_LENGTH = 200

/** Title and explanation of a failed or overdue exception. `alsoOverdue`: a failure whose milestone is past its due time as well. */
export function wordsOf(trouble: Evaluated, state: ObjectState, rules: Rules, alsoOverdue: boolean): { title: string; explanation: string } {
  const { obligation } = trouble
  const last = trouble.evidence.at(-1)
  const values = placeholders(obligation, state, last, rules)
  const milestone = rules.milestone(obligation.process, obligation.milestone)
  if (obligation.kind === 'overdue') {
    const expectation = rules.of(state.type).expectations.find(rule => rule.expectation.id === obligation.expectation && rule.process === obligation.process)?.expectation
    return {
      title: fillWords(expectation?.missing ?? milestone?.words.missing ?? '{id}: the next step is missing', values),
      explanation: fillWords(expectation?.explanation ?? 'The step that should have followed was not seen in its time.', values),
    }
  }
  const integration = rules.integration(obligation.integration)
  const next = integration?.runbook.steps[0]
  if (trouble.negative) {
    const template = milestone?.words.done ?? '{id}: the answer was no'
    return { title: fillWords(template, values), explanation: [fillWords('{system} answered no, so the process does not go on by itself.', values), last?.errorMessage ? `Reason given: ${values.error}.` : '', next ? `Next: ${next}` : ''].filter(Boolean).join(' ') }
  }
  // a step that no process knows is named as it is: the text is ours, so nothing in it is read as a template
  const title = milestone ? fillWords(milestone.words.failed, values) : `${state.type === '' ? capital(integration?.name ?? obligation.integration) : `${sentence(state.type)} ${state.id}`}: the step ${obligation.milestone} failed: ${values.error}`
  const tries = trouble.evidence.length === 1 ? 'One attempt failed' : `${trouble.evidence.length} attempts failed`
  return {
    title,
    explanation: [`${tries} and nothing later succeeded.`, alsoOverdue ? 'The step is past its due time as well.' : '', next ? `Next: ${next}` : ''].filter(Boolean).join(' '),
  }
}

function placeholders(obligation: Obligation, state: ObjectState, last: ObjectEvent | undefined, rules: Rules): Partial<Record<Placeholder, string>> {
  const integration = rules.integration(obligation.integration)
  // what is not known stays empty: fillWords has words for it, with a capital at the start of a sentence
  const to = integration ? rules.names.system(integration.to) : ''
  return {
    id: state.id,
    counterparty: obligation.counterpartyName || obligation.counterpartyId,
    facility: obligation.facility ? rules.names.facility(obligation.facility) : '',
    system: rules.names.systemOfRecord(obligation.milestone) || to,
    from: integration ? rules.names.system(integration.from) : '',
    to,
    error: errorText(last),
  }
}

/** The error in words, without its full stop; the code if there is no message. */
export function errorText(event: Pick<ObjectEvent, 'errorMessage' | 'errorCode'> | undefined): string {
  const text = (event?.errorMessage || event?.errorCode || 'no reason was given').trim().replace(/[.\s]+$/u, '')
  return text.length > ERROR_LENGTH ? `${text.slice(0, ERROR_LENGTH - 1)}…` : text
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
/** `purchase_order` → `Purchase order`. */
export const sentence = (slug: string): string => capital(slug.replaceAll('_', ' '))
