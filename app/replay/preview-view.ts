/** The preview of a replay as people decide on it: groups by verdict whose money adds up to the selection. Pure but for reading what is previewed. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { fromMinor, type Money } from '#queries/model/money.ts'
import type { ReplayPreview, ReplayVerdict } from '#queries/model/replay.ts'
import { replayCandidates, type ReplayCandidate } from '#queries/postgres/replays.ts'
import { integrationName } from '../exceptions/labels.ts'
import { packIds } from '../exceptions/selected-ids.ts'
import { previewReplay, type ReplayActor } from './requests.ts'
import type { ReplayContext } from './selection.ts'

/** Verdicts in the order they are told; an amount that two items share counts with the first. */
const ORDER: readonly ReplayVerdict[] = ['safe', 'already_succeeded', 'superseded', 'in_progress', 'not_replayable', 'outcome_unknown']
/** Items listed per verdict; the count tells how many there are. */
const LISTED = 50

export interface PreviewGroup {
  verdict: ReplayVerdict
  count: number
  money: Money[]
  /** reasons with how many items each holds for, the most frequent first */
  why: { text: string; count: number }[]
  items: { exceptionId: string; label: string; amount: Money | null }[]
}

export interface PreviewView {
  asOf: string
  ids: string
  selectionHash: string
  selected: number
  money: Money[]
  willSend: number
  willPost: Money[]
  groups: PreviewGroup[]
  /** what may have been done already; `needsApproval` if a second person must agree to send it */
  unknown: { ids: string; count: number; money: Money[]; needsApproval: boolean } | null
  approval: { needed: boolean; count: number; why: string[] }
  integrations: string[]
}

/** The preview of these exceptions. Throws ReplayError as `previewReplay` does. */
export async function readPreview(context: ReplayContext, by: ReplayActor, exceptionIds: string[], catalogue: Catalogue, now = new Date()): Promise<PreviewView> {
  const [preview, candidates] = await Promise.all([previewReplay(context, by, { exceptionIds, corrections: [] }), replayCandidates(context.stores.postgres, exceptionIds, by.scope)])
  return assemblePreview(preview, candidates, catalogue, now)
}

/** Puts the view together; pure. */
export function assemblePreview(preview: ReplayPreview, candidates: readonly ReplayCandidate[], catalogue: Catalogue, now: Date): PreviewView {
  const byId = new Map(candidates.map(candidate => [candidate.id, candidate] as const))
  const counted = new Map<string, { minor: bigint; currency: string; verdict: ReplayVerdict }>()
  const ranked = preview.items.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))
  for (const { exceptionId, verdict } of ranked) {
    const candidate = byId.get(exceptionId)
    if (!candidate || candidate.amountMinor === null || candidate.currency === null) continue
    const key = JSON.stringify([candidate.currency, candidate.amountKey ?? exceptionId])
    const known = counted.get(key)
    const minor = BigInt(candidate.amountMinor)
    // Told with different values, the largest counts: as in every figure over exceptions.
    if (!known) counted.set(key, { minor, currency: candidate.currency, verdict })
    else if (minor > known.minor) known.minor = minor
  }
  const amounts = [...counted.values()]
  const groups = ORDER.flatMap((verdict): PreviewGroup[] => {
    const items = preview.items.filter(item => item.verdict === verdict)
    if (items.length === 0) return []
    const reasons = Map.groupBy(items, item => item.why)
    return [{
      verdict, count: items.length, money: sumPerCurrency(amounts.filter(amount => amount.verdict === verdict)),
      why: [...reasons].map(([text, list]) => ({ text, count: list.length })).sort((a, b) => b.count - a.count).slice(0, 3),
      items: items.slice(0, LISTED).map(item => ({ exceptionId: item.exceptionId, label: byId.get(item.exceptionId)?.object?.id ?? item.exceptionId, amount: item.amount })),
    }]
  })
  const unknown = groups.find(group => group.verdict === 'outcome_unknown')
  return {
    asOf: now.toISOString(), ids: packIds(preview.items.map(item => item.exceptionId)), selectionHash: preview.selectionHash,
    selected: preview.totals.items, money: sumPerCurrency(amounts), willSend: preview.totals.safe, willPost: preview.totals.postingMoney,
    groups,
    unknown: unknown ? { ids: packIds(preview.items.filter(item => item.verdict === 'outcome_unknown').map(item => item.exceptionId)), count: unknown.count, money: unknown.money, needsApproval: preview.items.some(item => item.verdict === 'outcome_unknown' && item.needsApproval) } : null,
    approval: { needed: preview.approval.needed, count: preview.approval.items, why: preview.approval.why },
    integrations: [...new Set(candidates.flatMap(candidate => integrationName(catalogue, candidate.integration) ?? []))].sort(),
  }
}

function sumPerCurrency(amounts: readonly { minor: bigint; currency: string }[]): Money[] {
  const sums = new Map<string, bigint>()
  for (const { minor, currency } of amounts) sums.set(currency, (sums.get(currency) ?? 0n) + minor)
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, minor]) => fromMinor(minor, currency))
}
