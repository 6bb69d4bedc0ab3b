/**
 * How severe a trouble is, by the catalogue's rules, and why. Compiled once per catalogue version; pure. Severity starts as the criticality
 * that came with the events; each rule that fits then raises or lowers it, in order. More money and more time never lower it (the
 * catalogue refuses rules that would), so what has once become critical does not calm down by waiting.
 */
import { addWorking } from '#queries/catalogue/calendar.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { SeverityRule } from '#queries/catalogue/schema.ts'
import { SEVERITIES } from '#queries/model/exception.ts'
import type { Severity } from '#queries/model/exception.ts'
import { fromMinor, toMinor } from '#queries/model/money.ts'
import { matcherOf, type Facts } from '../ownership/facts.ts'
import { durationWords, facilityName, SEVERITY_LABELS } from './labels.ts'

/** Reasons named in the first sentence; further ones follow in a second. */
const TOLD_FIRST = 3
const NORMAL = SEVERITIES.indexOf('normal')

export interface Judgement {
  severity: Severity
  /** full sentences, the most telling first; never empty */
  reasons: string[]
  /** ids of the rules that fit, in order */
  rules: string[]
}

export interface SeverityRules {
  /** The severity of a trouble at an instant. */
  judge(facts: Facts, now: number): Judgement
  /** The next instant after `now` at which a rule begins to hold for this trouble; null if none ever does. */
  nextChange(facts: Facts, now: number): number | null
}

interface Compiled {
  id: string
  effect: SeverityRule['effect']
  fits: (facts: Facts) => boolean
  /** from when it holds, given that it fits: -Infinity always, Infinity never */
  from: (facts: Facts) => number
  because: (facts: Facts) => string
}

/** Compiles the rules of a catalogue; those switched off are left out. */
export function compileSeverity(catalogue: Catalogue): SeverityRules {
  const rules = catalogue.severityRules.filter(rule => rule.active).map(rule => compile(rule, catalogue))
  return {
    judge(facts, now) {
      const holding = rules.filter(rule => rule.fits(facts) && rule.from(facts) <= now)
      return explain(facts, holding)
    },
    nextChange(facts, now) {
      const times = rules.filter(rule => rule.fits(facts)).map(rule => rule.from(facts)).filter(at => at > now && at < Infinity)
      return times.length > 0 ? Math.min(...times) : null
    },
  }
}

function compile({ id, when, effect, because }: SeverityRule, catalogue: Catalogue): Compiled {
  const selected = matcherOf(when, catalogue)
  const least = bounds(when.amountAtLeast)
  const below = bounds(when.amountBelow)
  const after = (calendar: string, facts: Facts, from: number, duration: string) => (duration === 'PT0S' ? from : addWorking(catalogue.calendarFor(calendar, facts.facility ?? ''), from, duration))
  return {
    id, effect,
    fits: facts => selected(facts) && (least === null || compareAmount(facts, least, (amount, bound) => amount >= bound)) && (below === null || compareAmount(facts, below, (amount, bound) => amount < bound)),
    from(facts) {
      const times: number[] = []
      if (when.late) {
        // without a clock nothing is late: a failed step that nobody waits for has a beginning, and no due time
        if (facts.warnAt === null || facts.dueAt === null) return Infinity
        times.push(when.late.state === 'at_risk' ? facts.warnAt : after(when.late.calendar, facts, facts.dueAt, when.late.by))
      }
      if (when.open) {
        if (facts.beganAt === null) return Infinity
        times.push(after(when.open.calendar, facts, facts.beganAt, when.open.for))
      }
      return Math.max(-Infinity, ...times)
    },
    because(facts) {
      const time = when.late?.by === 'PT0S' || !when.late ? when.open : { for: when.late.by, calendar: when.late.calendar }
      const limit = [...when.amountAtLeast, ...when.amountBelow].find(amount => amount.currency === facts.currency)
      const step = facts.step === null ? undefined : catalogue.milestoneOf(facts.step)?.milestone.words.name
      const values: Record<string, string> = {
        amount: facts.amountMinor === null || facts.currency === null ? 'an unknown amount' : moneyWords(fromMinor(facts.amountMinor.replace('-', ''), facts.currency)),
        limit: limit ? moneyWords(limit) : 'the limit', time: time ? durationWords(time.for, time.calendar !== 'always') : 'the time allowed', criticality: facts.criticality || 'normal',
        process: (facts.process && catalogue.processes.get(facts.process)?.name) || 'the process', step: step ? `“${step}”` : 'the step', facility: facilityName(catalogue, facts.facility), counterparty: facts.counterpartyName || facts.counterpartyId || 'the other party',
      }
      return because.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
    },
  }
}

/** Bounds in minor units per currency; null where none is asked for. */
function bounds(amounts: SeverityRule['when']['amountAtLeast']): ReadonlyMap<string, bigint> | null {
  return amounts.length === 0 ? null : new Map(amounts.map(amount => [amount.currency, toMinor(amount)]))
}

/** Compares the size of the amount, whatever its sign; false without an amount or a bound in its currency. */
function compareAmount({ amountMinor, currency }: Facts, limits: ReadonlyMap<string, bigint>, holds: (amount: bigint, bound: bigint) => boolean): boolean {
  const bound = limits.get(currency ?? '')
  if (amountMinor === null || bound === undefined) return false
  const amount = BigInt(amountMinor)
  return holds(amount < 0n ? -amount : amount, bound)
}

/** `CHF 64,200.00`; the digits are the decimal string's own. */
export function moneyWords({ value, currency }: { value: string; currency: string }): string {
  const [whole = '', fraction] = value.split('.')
  return `${currency} ${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction ? `.${fraction}` : ''}`
}

const rankOf = (severity: Severity) => SEVERITIES.indexOf(severity)

/** The rank (0 critical … 3 low) after an effect. */
function apply(rank: number, effect: SeverityRule['effect']): number {
  if ('atLeast' in effect) return Math.min(rank, rankOf(effect.atLeast))
  return 'raise' in effect ? Math.max(0, rank - 1) : Math.min(SEVERITIES.length - 1, rank + 1)
}

function explain(facts: Facts, holding: readonly Compiled[]): Judgement {
  const known = SEVERITIES.find(severity => severity === facts.criticality)
  const start = known ? rankOf(known) : NORMAL
  let rank = start
  /** what speaks for more, by how much, and what was lowered */
  const raising = known && start < NORMAL ? [{ weight: NORMAL - start, clause: `it is marked ${known}` }] : []
  const lowering: string[] = []
  for (const rule of holding) {
    const next = apply(rank, rule.effect)
    if ('lower' in rule.effect) {
      if (next !== rank) lowering.push(rule.because(facts))
    } else if (next !== rank || !('atLeast' in rule.effect) || rankOf(rule.effect.atLeast) === rank) {
      // one that finds no room left speaks for the result as well
      raising.push({ weight: 'atLeast' in rule.effect ? Math.max(1, NORMAL - rankOf(rule.effect.atLeast)) : 1, clause: rule.because(facts) })
    }
    rank = next
  }
  const severity = SEVERITIES[rank] ?? 'critical'
  return { severity, reasons: sentences(severity, known, raising, lowering), rules: holding.map(rule => rule.id) }
}

function sentences(severity: Severity, known: Severity | undefined, raising: readonly { weight: number; clause: string }[], lowering: readonly string[]): string[] {
  const label = SEVERITY_LABELS[severity]
  const telling = raising.toSorted((a, b) => b.weight - a.weight).map(each => each.clause)
  const lowered = lowering.length > 0 ? `Lowered because ${joined(lowering)}.` : null
  const more = telling.length > TOLD_FIRST ? `Also ${joined(telling.slice(TOLD_FIRST))}.` : null
  if (telling.length > 0) return [`${label} because ${joined(telling.slice(0, TOLD_FIRST))}.`, more, lowered].filter(each => each !== null)
  if (lowering.length > 0) return [`${label} because ${joined(lowering)}.`]
  return [known ? `${label} because it is marked ${known} and no rule changes that.` : `${label} because no criticality came with it and no rule changes that.`]
}

/** `a`, `a and b`, `a, b and c`. */
function joined(clauses: readonly string[]): string {
  return clauses.length < 2 ? clauses.join('') : `${clauses.slice(0, -1).join(', ')} and ${clauses.at(-1)}`
}
