/** A rule as the fields of its form, both ways. Pure. What is written wrongly is left to the catalogue's own check where it can say it. */
import type { OwnershipRule, SeverityRule } from '#queries/catalogue/schema.ts'
import { minorDigits } from '#queries/model/money.ts'
import { durationWords } from '../exceptions/labels.ts'

export type RuleSet = 'severity' | 'ownership'
export type Rule = SeverityRule | OwnershipRule
/** Field → its values, as a form posts them. */
export type Fields = Readonly<Record<string, readonly string[]>>

/** The fields with a list of boxes, in both sets. */
export const LIST_FIELDS = ['kind', 'criticality', 'process', 'step', 'objectType', 'serves', 'facility', 'entity', 'integration', 'system'] as const

export class RuleFormError extends Error {
  readonly field: string
  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

/** What a posted form holds. */
export function fieldsOf(form: FormData): Fields {
  return Object.fromEntries([...new Set(form.keys())].map(name => [name, form.getAll(name).map(String)]))
}

/** The fields of a rule as it is kept. */
export function fieldsOfRule(rule: Rule): Fields {
  const { when } = rule
  const lists = Object.fromEntries(LIST_FIELDS.map(name => [name, when[name]] as const))
  const shared = { name: [rule.name], active: rule.active ? ['on'] : [], ...lists, counterparty: [when.counterparty.join(', ')], refusal: [when.refusal === null ? 'any' : when.refusal ? 'yes' : 'no'] }
  if ('to' in rule) {
    const to = 'team' in rule.to ? `team:${rule.to.team}` : 'person' in rule.to ? `person:${rule.to.person}` : `role:${rule.to.role}`
    return { ...shared, severity: rule.when.severity, to: [to] }
  }
  const { amountAtLeast, amountBelow, late, open } = rule.when
  const amounts = amountBelow.length > 0 ? amountBelow : amountAtLeast
  return {
    ...shared,
    amount: [amountBelow.length > 0 ? 'below' : amountAtLeast.length > 0 ? 'at_least' : 'none'], amounts: [amounts.map(amount => `${amount.currency} ${amount.value}`).join(', ')],
    late: [late?.state ?? 'none'], lateBy: [late && late.by !== 'PT0S' ? durationWords(late.by, false) : ''], lateCalendar: [late?.calendar ?? 'facility'],
    openFor: [open ? durationWords(open.for, false) : ''], openCalendar: [open?.calendar ?? 'facility'],
    effect: ['atLeast' in rule.effect ? `at_least:${rule.effect.atLeast}` : 'raise' in rule.effect ? 'raise' : 'lower'], because: [rule.because],
  }
}

/** The document that a form describes. Throws RuleFormError naming the field that cannot be read. */
export function documentOf(set: RuleSet, fields: Fields, head: { id: string; position: number }): object {
  const one = (name: string) => fields[name]?.[0]?.trim() ?? ''
  const name = one('name')
  if (name === '') throw new RuleFormError('name', 'Give the rule a name')
  const lists = Object.fromEntries(LIST_FIELDS.map(field => [field, (fields[field] ?? []).filter(Boolean)]))
  const selection = { ...lists, counterparty: one('counterparty').split(',').map(text => text.trim()).filter(Boolean), refusal: one('refusal') === 'yes' ? true : one('refusal') === 'no' ? false : null }
  const shared = { ...head, name, active: fields.active !== undefined && fields.active.length > 0 }
  if (set === 'ownership') {
    const [kind = '', value = ''] = one('to').split(/:(.*)/s)
    if (!['team', 'person', 'role'].includes(kind)) throw new RuleFormError('to', 'Say whose it is')
    return { ...shared, when: { ...selection, severity: fields.severity ?? [] }, to: { [kind]: value } }
  }
  const amounts = one('amount') === 'none' ? [] : readAmounts(one('amounts'))
  if (one('amount') !== 'none' && amounts.length === 0) throw new RuleFormError('amounts', 'Give an amount for at least one currency')
  const state = one('late')
  const openFor = one('openFor')
  const [change = '', level = ''] = one('effect').split(':')
  if (one('because') === '') throw new RuleFormError('because', 'Say why: people read it on every exception')
  return {
    ...shared,
    when: {
      ...selection, amountAtLeast: one('amount') === 'at_least' ? amounts : [], amountBelow: one('amount') === 'below' ? amounts : [],
      late: state === 'at_risk' || state === 'overdue' ? { state, by: state === 'overdue' && one('lateBy') !== '' ? readDuration('lateBy', one('lateBy')) : 'PT0S', calendar: one('lateCalendar') || 'facility' } : null,
      open: openFor === '' ? null : { for: readDuration('openFor', openFor), calendar: one('openCalendar') || 'facility' },
    },
    effect: change === 'at_least' ? { atLeast: level } : change === 'lower' ? { lower: 1 } : { raise: 1 },
    because: one('because'),
  }
}

/** `CHF 50,000, KWD 16000.5` → amounts in each currency's own decimals. */
function readAmounts(text: string): { currency: string; value: string }[] {
  return [...text.matchAll(/[^,;\n]+(?:,\d{3}(?!\d)[^,;\n]*)*/g)].map(match => match[0].trim()).filter(Boolean).map(part => {
    const found = /^([A-Z]{3})\s*(\d[\d,’' ]*)(?:\.(\d+))?$/.exec(part)
    const currency = found?.[1] ?? ''
    const digits = minorDigits(currency)
    const fraction = found?.[3] ?? ''
    if (!found || digits === undefined) throw new RuleFormError('amounts', `“${part}” is no amount: write CHF 50000.00, EUR 50000.00`)
    if (fraction.length > digits) throw new RuleFormError('amounts', `${currency} has ${digits} decimals`)
    const whole = (found[2] ?? '').replace(/\D/g, '').replace(/^0+(?=\d)/, '')
    return { currency, value: digits === 0 ? whole : `${whole}.${fraction.padEnd(digits, '0')}` }
  })
}

/** `2 days 4 h` → `P2DT4H`. */
function readDuration(field: string, text: string): string {
  const found = /^(?:(\d+)\s*(?:d|days?|working days?))?\s*(?:(\d+)\s*(?:h|hours?))?\s*(?:(\d+)\s*(?:min|minutes?))?$/.exec(text)
  const [, days, hours, minutes] = found ?? []
  if (!found || (!days && !hours && !minutes)) throw new RuleFormError(field, `“${text}” is no time: write 2 days, 4 h or 1 day 2 h`)
  return `P${days ? `${days}D` : ''}${hours || minutes ? `T${hours ? `${hours}H` : ''}${minutes ? `${minutes}M` : ''}` : ''}`
}
