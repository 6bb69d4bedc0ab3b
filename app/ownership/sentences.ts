/** Severity and ownership rules as sentences. Pure. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { OwnershipRule, SeverityRule } from '#queries/catalogue/schema.ts'
import { durationWords, facilityName, integrationName, KIND_LABELS, objectNoun, processName, SEVERITY_LABELS, stepName } from '../exceptions/labels.ts'
import { moneyWords } from '../exceptions/severity.ts'
import { ownerName } from './route.ts'

/** Values named in a sentence before the rest is only counted. */
const NAMED = 4

type When = SeverityRule['when'] | OwnershipRule['when']

/** What a rule asks for: `Overdue or failed; process Procure to pay; marked critical or high; CHF 50,000.00 or more`. */
export function whenSentence(when: When, catalogue: Catalogue): string {
  const name = (id: string, from: { get(id: string): { name: string } | undefined }) => from.get(id)?.name ?? id
  const parts = [
    listOf('', when.kind.map(kind => KIND_LABELS[kind])),
    when.refusal === null ? '' : when.refusal ? 'the step went well and said no' : 'other than a plain no',
    listOf('of', when.process.map(id => processName(catalogue, id) ?? id)),
    listOf('at the step', when.step.map(type => `“${stepName(catalogue, type) ?? type}”`)),
    listOf('about a', when.objectType.map(objectNoun)),
    listOf('marked', when.criticality),
    'severity' in when ? listOf('of severity', when.severity.map(severity => SEVERITY_LABELS[severity])) : '',
    listOf('at', when.facility.map(id => facilityName(catalogue, id))),
    listOf('of', when.entity.map(id => name(id, catalogue.entities))),
    listOf('through', when.integration.map(id => integrationName(catalogue, id) ?? id)),
    listOf('in', when.system.map(id => name(id, catalogue.systems))),
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
    listOf('', when.amountAtLeast.map(moneyWords), ' or more'),
    listOf('less than', when.amountBelow.map(moneyWords)),
    when.late === null ? '' : when.late.state === 'at_risk' ? 'little of its time left' : when.late.by === 'PT0S' ? 'past its due time' : `more than ${time(when.late.by, when.late.calendar)} past its due time`,
    when.open === null ? '' : `open for more than ${time(when.open.for, when.open.calendar)}`,
  ]
}

function listOf(before: string, values: readonly string[], after = ''): string {
  if (values.length === 0) return ''
  const named = values.length <= NAMED + 1 ? values : [...values.slice(0, NAMED), `${values.length - NAMED} more`]
  const text = named.length === 1 ? named[0] : `${named.slice(0, -1).join(', ')} or ${named.at(-1)}`
  return [before, text].filter(Boolean).join(' ') + after
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
