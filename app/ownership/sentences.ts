/** Severity and ownership rules as sentences. Pure. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { OwnershipRule, SeverityRule } from '#queries/catalogue/schema.ts'
import { durationWords, facilityName, integrationName, KIND_LABELS, objectNoun, processName, SEVERITY_LABELS, stepName } from '../exceptions/labels.ts'
import { moneyWords } from '../exceptions/severity.ts'
import { ownerName } from './route.ts'

/** Values named in a sentence before the rest is only counted. */
const NAMED = 3

type When = SeverityRule['when'] | OwnershipRule['when']

/** What a rule asks for: `Overdue or failed; process Procure to pay; marked critical or high; CHF 50,000.00 or more`. */
export function whenSentence(when: When, catalogue: Catalogue): string {
  const name = (id: string, from: { get(id: string): { name: string } | undefined }) => from.get(id)?.name ?? id
  const parts = [
    listOf('', when.kind.map(kind => KIND_LABELS[kind].toLowerCase())),
    when.refusal === null ? '' : when.refusal ? 'the step went well and said no' : 'other than a plain no',
    listOf('in', when.process.map(id => processName(catalogue, id) ?? id)),
    listOf('at the step', when.step.map(type => `“${stepName(catalogue, type) ?? type}”`)),
    listOf('about', when.objectType.map(type => `a ${objectNoun(type)}`)),
    when.serves.length === 0 ? '' : `for which ${listOf('', when.serves.map(type => `a ${objectNoun(type)}`))} waits`,
    listOf('marked', when.criticality),
    'severity' in when ? listOf('of severity', when.severity.map(severity => SEVERITY_LABELS[severity])) : '',
    listOf('at', when.facility.map(id => facilityName(catalogue, id))),
    listOf('of', when.entity.map(id => name(id, catalogue.entities))),
    listOf('through', when.integration.map(id => integrationName(catalogue, id) ?? id)),
    listOf('going to', when.system.map(id => name(id, catalogue.systems))),
    listOf('with', when.counterparty),
    ...('amountAtLeast' in when ? growing(when) : []),
  ].filter(Boolean)
  const text = parts.length === 0 ? 'every exception' : parts.join(', ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function growing(when: SeverityRule['when']): string[] {
  const time = (duration: string, calendar: string) => {
    const words = durationWords(duration, calendar !== 'always')
    return calendar === 'always' || words.includes('working') ? words : `${words} of working time`
  }
  return [
    amounts('at least', when.amountAtLeast),
    amounts('less than', when.amountBelow),
    when.late === null ? '' : when.late.state === 'at_risk' ? 'little of its time left' : when.late.by === 'PT0S' ? 'past its due time' : `more than ${time(when.late.by, when.late.calendar)} past its due time`,
    when.open === null ? '' : `open for more than ${time(when.open.for, when.open.calendar)}`,
  ]
}

/** `at least CHF 50,000.00, EUR 50,000.00 or as much in 9 other currencies`. */
function amounts(before: string, given: SeverityRule['when']['amountBelow']): string {
  if (given.length <= NAMED + 1) return listOf(before, given.map(moneyWords))
  return `${before} ${given.slice(0, NAMED).map(moneyWords).join(', ')} or as much in ${given.length - NAMED} other currencies`
}

function listOf(before: string, values: readonly string[]): string {
  if (values.length === 0) return ''
  const named = values.length <= NAMED + 1 ? values : [...values.slice(0, NAMED), `${values.length - NAMED} more`]
  const text = named.length === 1 ? named[0] : `${named.slice(0, -1).join(', ')} or ${named.at(-1)}`
  return [before, text].filter(Boolean).join(' ')
}

/** A severity rule's reason without a case at hand: what would be filled in is named. */
export function becauseWords({ because, when }: SeverityRule): string {
  const time = when.late && when.late.by !== 'PT0S' ? durationWords(when.late.by, when.late.calendar !== 'always') : when.open ? durationWords(when.open.for, when.open.calendar !== 'always') : 'the time allowed'
  const words: Readonly<Record<string, string>> = { amount: 'the amount', limit: 'the limit', time, criticality: 'its mark', process: 'the process', step: 'the step', facility: 'the facility', counterparty: 'the other party' }
  return because.replace(/\{(\w+)\}/g, (whole, name: string) => words[name] ?? whole)
}

/** What a severity rule does. */
export function effectWords(effect: SeverityRule['effect']): string {
  if ('atLeast' in effect) return `At least ${SEVERITY_LABELS[effect.atLeast]}`
  return 'raise' in effect ? 'One level higher' : 'One level lower'
}

/** Whom an ownership rule names. `people`: names by e-mail address. */
export function targetWords(to: OwnershipRule['to'], catalogue: Catalogue, people: ReadonlyMap<string, string>): string {
  if ('role' in to) return to.role === 'business' ? 'The business owner of the step' : 'The technical owner of the integration'
  return ownerName(catalogue, 'team' in to ? to.team : to.person, people) ?? ''
}
