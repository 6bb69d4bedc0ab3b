/**
 * How likely two items belong together, with the reasons in words. Fellegi and Sunter (1969): each feature of the pair has a level, each
 * level is `m` frequent among true pairs and `u` among others, and the binary logarithms of m/u add up with the prior odds.
 */
import type { ReconItem } from '#queries/model/reconciliation.ts'
import { daysApart } from './days.ts'
import { nameSimilarity } from './names.ts'
import { relateReferences } from './references.ts'

export const FEATURE_LEVELS = {
  reference: ['same', 'part', 'swapped', 'different', 'missing'],
  amount: ['equal', 'tolerance', 'close', 'different'],
  date: ['same_day', 'days', 'week', 'month', 'far', 'missing'],
  name: ['same', 'alike', 'similar', 'different', 'missing'],
  counterparty: ['same', 'different', 'missing'],
} as const
export type Feature = keyof typeof FEATURE_LEVELS
export const FEATURES: readonly Feature[] = ['reference', 'amount', 'counterparty', 'name', 'date']

/** The level of each feature of a pair. */
export type PairLevels = { readonly [F in Feature]: (typeof FEATURE_LEVELS)[F][number] }
/** Frequency of a level among true pairs and among others, both in (0, 1). */
export interface LevelWeight { m: number; u: number }
export interface Weights {
  /** names the weights in evidence; `standard` or the id of learned ones */
  version: string
  /** odds of a random candidate, as a binary logarithm */
  priorBits: number
  levels: { readonly [F in Feature]: Readonly<Record<string, LevelWeight>> }
}

/** Weights of a group that has confirmed nothing yet: estimates from how such data behaves, published so that they can be judged. */
export const STANDARD_WEIGHTS: Weights = {
  version: 'standard', priorBits: -8,
  levels: {
    reference: { same: { m: 0.8, u: 0.001 }, part: { m: 0.03, u: 0.001 }, swapped: { m: 0.01, u: 0.001 }, different: { m: 0.08, u: 0.8 }, missing: { m: 0.08, u: 0.198 } },
    amount: { equal: { m: 0.85, u: 0.01 }, tolerance: { m: 0.06, u: 0.005 }, close: { m: 0.05, u: 0.05 }, different: { m: 0.04, u: 0.935 } },
    date: { same_day: { m: 0.35, u: 0.03 }, days: { m: 0.35, u: 0.1 }, week: { m: 0.18, u: 0.15 }, month: { m: 0.08, u: 0.3 }, far: { m: 0.02, u: 0.4 }, missing: { m: 0.02, u: 0.02 } },
    name: { same: { m: 0.6, u: 0.02 }, alike: { m: 0.2, u: 0.02 }, similar: { m: 0.08, u: 0.06 }, different: { m: 0.07, u: 0.85 }, missing: { m: 0.05, u: 0.05 } },
    counterparty: { same: { m: 0.9, u: 0.05 }, different: { m: 0.02, u: 0.87 }, missing: { m: 0.08, u: 0.08 } },
  },
}

const ALIKE = { same: 0.95, alike: 0.88, similar: 0.75 }
/** Amounts this close (parts of a hundred) are worth a look. */
const CLOSE_PERCENT = 5n
const DATE_DAYS = { days: 3, week: 7, month: 31 }

export interface Scored {
  /** probability that the two belong together, 0 to 1, four decimals */
  score: number
  levels: PairLevels
  /** what speaks for it and then what speaks against it, strongest first, in words */
  reasons: string[]
}

interface PairFacts { levels: PairLevels; words: { readonly [F in Feature]: string } }

/**
 * Scores a pair. `tolerance`: minor units that two amounts may differ by and still count as near; `right` is the other side's amount in the
 * left item's currency where it was converted, else its own amount.
 */
export function scorePair(left: ReconItem, right: ReconItem, { tolerance = 0n, rightMinor = right.open, weights = STANDARD_WEIGHTS }: { tolerance?: bigint; rightMinor?: bigint; weights?: Weights } = {}): Scored {
  const { levels, words } = factsOf(left, right, rightMinor, tolerance)
  const bits = FEATURES.map(feature => ({ feature, bits: bitsOf(weights, feature, levels[feature]) }))
  const total = bits.reduce((sum, each) => sum + each.bits, weights.priorBits)
  const reasons = bits.filter(each => Math.abs(each.bits) >= 0.5 && words[each.feature] !== '').sort((a, b) => b.bits - a.bits).map(({ feature }) => words[feature])
  return { score: Math.round(10_000 / (1 + 2 ** -total)) / 10_000, levels, reasons }
}

/** Weight of a level in bits: log2(m/u); none for a level the weights do not know. */
export function bitsOf(weights: Weights, feature: Feature, level: string): number {
  const weight = weights.levels[feature][level]
  return weight === undefined ? 0 : Math.log2(weight.m / weight.u)
}

function factsOf(left: ReconItem, right: ReconItem, rightMinor: bigint, tolerance: bigint): PairFacts {
  const reference = relateReferences(left.references, right.references)
  const difference = left.open > rightMinor ? left.open - rightMinor : rightMinor - left.open
  const amount = difference === 0n ? 'equal' : difference <= tolerance ? 'tolerance' : difference * 100n <= left.open * CLOSE_PERCENT ? 'close' : 'different'
  const apart = daysApart(left.date, right.date)
  const date = apart === null ? 'missing' : apart === 0 ? 'same_day' : apart <= DATE_DAYS.days ? 'days' : apart <= DATE_DAYS.week ? 'week' : apart <= DATE_DAYS.month ? 'month' : 'far'
  const similarity = left.counterpartyName === null || right.counterpartyName === null ? null : nameSimilarity(left.counterpartyName, right.counterpartyName)
  const name = similarity === null ? 'missing' : similarity >= ALIKE.same ? 'same' : similarity >= ALIKE.alike ? 'alike' : similarity >= ALIKE.similar ? 'similar' : 'different'
  const counterparty = left.counterparty === null || right.counterparty === null ? 'missing' : left.counterparty === right.counterparty ? 'same' : 'different'
  return {
    levels: { reference: reference.relation, amount, date, name, counterparty },
    words: {
      reference: { same: `Reference ${reference.left} named`, part: `Reference ${reference.left} is part of ${reference.right}`, swapped: `Reference ${reference.left} differs from ${reference.right} by two swapped digits`, different: 'Other references named', missing: '' }[reference.relation],
      amount: { equal: 'Same amount', tolerance: 'Amount within tolerance', close: 'Amount within 5 %', different: 'Amounts differ' }[amount],
      date: apart === null ? '' : apart === 0 ? 'Same day' : apart === 1 ? '1 day apart' : `${apart} days apart`,
      name: { same: 'Same name', alike: 'Almost the same name', similar: 'Similar name', different: 'Other name', missing: '' }[name],
      counterparty: { same: 'Same counterparty', different: 'Other counterparty', missing: '' }[counterparty],
    },
  }
}
