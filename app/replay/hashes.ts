/** The three hashes of a replay: what is asked (key), what was shown (selection), what is approved (content). SHA-256, hex. */
import { createHash } from 'node:crypto'
import type { ReplayCorrection } from '#queries/model/replay.ts'
import type { ReplayCandidate } from '#queries/postgres/replays.ts'

interface Message { source: string; eventId: string }
interface Item {
  candidate: ReplayCandidate
  verdict: string
  idempotencyKey: string
  postsMoney: boolean
  approvalReasons: readonly string[]
}

const hash = (parts: unknown): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')
const byException = <T extends { candidate: ReplayCandidate }>(items: readonly T[]): T[] =>
  items.toSorted((a, b) => (BigInt(a.candidate.id) < BigInt(b.candidate.id) ? -1 : 1))

/**
 * The same request is the same key for ever: exception, milestone and content (integration, object, original message, corrections).
 * Neither the replay nor the person is in it, so that asking twice cannot look like two things to do.
 */
export function idempotencyKey(candidate: ReplayCandidate, original: Message | null, corrections: readonly Omit<ReplayCorrection, 'exceptionId'>[]): string {
  const { object } = candidate
  const changes = corrections.map(({ path, value }) => [path, value]).toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))
  return hash(['signalbox.replay.1', candidate.id, candidate.step, candidate.integration,
    object && [object.namespace, object.type, object.id], original && [original.source, original.eventId], changes])
}

/** What a preview showed. Any difference a person would have seen gives another hash; a comment on the exception does not. */
export function selectionHash(items: readonly Item[]): string {
  return hash(['signalbox.selection.1', ...byException(items).map(item => [
    item.candidate.id, item.verdict, item.idempotencyKey, item.candidate.amountMinor, item.candidate.currency, item.postsMoney, item.approvalReasons.length > 0,
  ])])
}

/** What an approval is bound to: exactly these items with this content, asked for by this person for this reason. */
export function contentHash(requestedBy: string, reason: string, items: readonly Item[]): string {
  return hash(['signalbox.content.1', requestedBy, reason, ...byException(items).map(item => [
    item.candidate.id, item.verdict, item.idempotencyKey, item.candidate.amountMinor, item.candidate.currency, item.postsMoney,
  ])])
}
