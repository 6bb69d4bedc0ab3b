/**
 * What disagrees becomes an exception of kind mismatch, settled as everything that is found: one per object and step, whatever number of
 * sets and lines say so; it closes by itself when the sides agree.
 */
import { createHash } from 'node:crypto'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ReconciliationSet } from '#queries/catalogue/reconciliation.ts'
import { fillWords } from '#queries/catalogue/words.ts'
import { findingsOf } from '#queries/clickhouse/reconciliation/findings.ts'
import type { Finding } from '#queries/clickhouse/reconciliation/findings.ts'
import { openSubjects } from '#queries/postgres/exceptions.ts'
import type { FoundException, Verdict } from '#queries/postgres/exceptions.ts'
import type { Stores } from '#queries/stores.ts'
import { fingerprintOf } from '../exceptions/fingerprint.ts'
import { project } from '../exceptions/project.ts'
import { compileRules } from '../exceptions/rules.ts'
import type { Rules } from '../exceptions/rules.ts'
import { settle } from '../exceptions/settle.ts'
import { assess } from '../ownership/assess.ts'
import type { Unassessed } from '../ownership/assess.ts'
import { stepNoun } from '../ownership/facts.ts'

/** What the subject keys of mismatches begin with. */
export const MISMATCH_KEYS = '["recon",'
const KEY_LENGTH = 400
const KEPT_IDS = 20
/** A part of what was ordered is no disagreement. */
const NO_TROUBLE: ReadonlySet<string> = new Set(['part_payment', 'timing'])

/** The subject of a mismatch: an object at the step that put it there. */
export function mismatchKey({ namespace, object_type, object_id, event_type }: Pick<Finding, 'namespace' | 'object_type' | 'object_id' | 'event_type'>): string {
  const text = JSON.stringify(['recon', namespace, object_type, object_id, event_type])
  return text.length <= KEY_LENGTH ? text : JSON.stringify(['recon', createHash('sha256').update(text).digest('hex')])
}

/** Opens, refreshes and closes mismatches so that they say what the sets say. Resolves to how many are open. */
export async function settleMismatches(stores: Stores, catalogue: Catalogue, now: number): Promise<number> {
  const sets = catalogue.reconciliationSets
  const findings = (await findingsOf(stores.clickhouse, [...sets.keys()], new Date(now))).filter(finding => carries(sets.get(finding.set_id), finding))
  const bySubject = Map.groupBy(withoutFirst(findings), mismatchKey)
  const rules = compileRules(catalogue)
  const found = [...bySubject].map(([key, mine]): Verdict => ({ subjectKey: key, found: exceptionOf(key, mine, catalogue, rules, now), closed: null }))
  const gone = (await openSubjects(stores.postgres, MISMATCH_KEYS)).filter(key => !bySubject.has(key))
  const closed = gone.map((key): Verdict => ({ subjectKey: key, found: null, closed: { code: 'matched', at: now, seen: true } }))
  await project(stores, await settle(stores, [...found, ...closed], new Date(now)))
  return found.length
}

/** Of several that are alike, only those are too many that the other side has none for: the later ones. */
function withoutFirst(findings: readonly Finding[]): Finding[] {
  const groups = Map.groupBy(findings.filter(isAlike), each => `${each.set_id} ${each.alike} ${each.side}`)
  const surplus = new Set([...groups.values()].flatMap(group => [...group].sort((a, b) => a.first - b.first || (a.item_id < b.item_id ? -1 : 1)).slice(group[0]?.others)))
  return findings.filter(each => !isAlike(each) || surplus.has(each))
}

const isAlike = ({ status, alike }: Finding): boolean => status === 'suggested' && alike !== ''

/** Whether the trouble is this item's: alone, always; of a match that differs, its carrying side's. */
function carries(set: ReconciliationSet | undefined, { status, side, difference_reasons }: Finding): boolean {
  if (!set) return false
  if (status === 'unmatched' || status === 'suggested') return true
  if (difference_reasons.every(reason => NO_TROUBLE.has(reason))) return false
  const carrying = set.sides.filter(each => each.carries).map(each => each.id)
  return side === (difference_reasons.includes(set.differences.short) ? carrying[0] : carrying.at(-1))
}

function exceptionOf(key: string, findings: readonly Finding[], catalogue: Catalogue, rules: Rules, now: number): FoundException {
  // the set that comes first in the catalogue words it
  const order = [...catalogue.reconciliationSets.keys()]
  const sorted = [...findings].sort((a, b) => order.indexOf(a.set_id) - order.indexOf(b.set_id) || (a.item_id < b.item_id ? -1 : 1))
  const main = sorted[0] as Finding
  const set = catalogue.reconciliationSets.get(main.set_id) as ReconciliationSet
  const mine = sorted.filter(each => each.set_id === main.set_id)
  const amount = mine.filter((each, index) => each.match_id === '' || mine.findIndex(other => other.match_id === each.match_id) === index).reduce((sum, each) => sum + amountOf(each), 0n)
  const money = /^[A-Z]{3}$/.test(main.currency) && main.currency !== 'QTY'
  const values = { id: main.object_id, counterparty: main.counterparty_name || main.counterparty_id, facility: catalogue.facility(main.facility)?.name ?? '', system: '', from: '', to: '' }
  const alone = isAlone(main)
  const began = Math.max(...mine.map(each => (isAlone(each) ? each.due : each.first)))
  const first = Math.min(...mine.map(each => each.first))
  const unassessed: Unassessed = {
    subjectKey: key, kind: 'mismatch', type: `${stepNoun(main.event_type)}_mismatch`,
    title: fillWords(alone ? set.words.missing : set.words.differs, values), explanation: fillWords(set.words.explanation, values),
    process: set.process, step: main.event_type, integration: main.integration || null, system: catalogue.integration(main.integration)?.to ?? null, facility: main.facility || null, entity: main.entity || null,
    counterpartyType: main.counterparty_type || null, counterpartyId: main.counterparty_id || null, counterpartyName: main.counterparty_name || null,
    namespace: main.namespace, objectType: main.object_type, objectId: main.object_id,
    amountMinor: money ? String(amount) : null, currency: money ? main.currency : null, amountKey: money ? JSON.stringify([main.namespace, main.object_type, main.object_id]) : null,
    firstSeen: first, lastSeen: Math.max(...mine.map(each => each.first)), evidenceAt: began, dueAt: began, occurrences: mine.length,
    fingerprint: fingerprintOf({ integration: main.integration, step: main.event_type, errorClass: 'mismatch', message: '', code: `${set.id} ${alone ? 'missing' : main.difference_reasons.join(' ')}`, fallback: key }),
    error: null, correlationIds: some(mine.map(each => each.correlation_id)), eventIds: some(mine.map(each => each.event_id)), environment: 'production', criticality: main.criticality, warnAt: null, beganAt: began, serves: [],
  }
  return { ...unassessed, ...assess(unassessed, rules, now) }
}

const isAlone = ({ status }: Pick<Finding, 'status'>): boolean => status === 'unmatched' || status === 'suggested'

/** What is in question: all of an item that stands alone, else by how much its match differs. */
function amountOf({ status, open, difference_minors }: Finding): bigint {
  if (isAlone({ status })) return BigInt(open)
  return difference_minors.reduce((largest, each) => (BigInt(each) > largest ? BigInt(each) : largest), 0n)
}

const some = (ids: readonly string[]): string[] => [...new Set(ids.filter(Boolean))].slice(-KEPT_IDS)
