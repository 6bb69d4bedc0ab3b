/**
 * Weights from what people decided: how often each level stood in confirmed pairs (m) and in declined ones (u), smoothed by the weights used
 * before, so that few decisions move them little. The result names itself by its content and says what it was learned from.
 */
import { createHash } from 'node:crypto'
import { FEATURE_LEVELS, FEATURES, STANDARD_WEIGHTS, type Feature, type LevelWeight, type PairLevels, type Weights } from './scoring.ts'

/** A pair that a person confirmed or declined, as it looked then. */
export interface Decided { levels: PairLevels; confirmed: boolean }

export interface LearnedWeights extends Weights {
  /** the weights these started from, and the decisions that moved them */
  learnedFrom: { base: string; confirmed: number; declined: number }
}

/** The base weighs as much as so many decisions of each kind. */
const SMOOTHING = 20

/**
 * Counts with smoothing: level weight = (decisions at the level + smoothing × base) / (decisions + smoothing). The order of the decisions does
 * not matter. The prior odds stay the base's: people are shown likely pairs, so the share they confirm says nothing about random ones.
 */
export function learnWeights(decisions: readonly Decided[], base: Weights = STANDARD_WEIGHTS, smoothing = SMOOTHING): LearnedWeights {
  const confirmed = decisions.filter(decision => decision.confirmed).map(({ levels }) => levels)
  const declined = decisions.filter(decision => !decision.confirmed).map(({ levels }) => levels)
  const learned = (feature: Feature): Record<string, LevelWeight> => Object.fromEntries(FEATURE_LEVELS[feature].map(level => {
    const before = base.levels[feature][level] ?? { m: 0.5, u: 0.5 }
    return [level, { m: smoothed(confirmed, feature, level, before.m, smoothing), u: smoothed(declined, feature, level, before.u, smoothing) }]
  }))
  const levels: Weights['levels'] = { reference: learned('reference'), amount: learned('amount'), date: learned('date'), name: learned('name'), counterparty: learned('counterparty') }
  const content = { priorBits: base.priorBits, levels, learnedFrom: { base: base.version, confirmed: confirmed.length, declined: declined.length } }
  return { ...content, version: createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16) }
}

function smoothed(pairs: readonly PairLevels[], feature: Feature, level: string, before: number, smoothing: number): number {
  return (pairs.filter(pair => pair[feature] === level).length + smoothing * before) / (pairs.length + smoothing)
}

/** The levels whose weight moved by at least a bit, strongest move first, in words for whoever approves the weights. */
export function changedWeights(before: Weights, after: Weights): string[] {
  const moves = FEATURES.flatMap(feature => FEATURE_LEVELS[feature].map(level => {
    const [old, now] = [before, after].map(weights => weights.levels[feature][level] ?? { m: 1, u: 1 }).map(({ m, u }) => Math.log2(m / u)) as [number, number]
    return { feature, level, old, now }
  }))
  return moves.filter(({ old, now }) => Math.abs(now - old) >= 1).sort((a, b) => Math.abs(b.now - b.old) - Math.abs(a.now - a.old))
    .map(({ feature, level, old, now }) => `${feature} ${level.replaceAll('_', ' ')}: ${old.toFixed(1)} → ${now.toFixed(1)} bits`)
}
