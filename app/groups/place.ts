/** In which group a failure is: the rules of splits and merges applied to what it was found as. Pure. */
import type { GroupOrigin, GroupRule } from '#queries/postgres/groups.ts'
import { splitFingerprint } from '../exceptions/fingerprint.ts'

/** By what a group can be split. `text`: a fragment of the error's message, upper or lower case. */
export const DIMENSIONS = ['facility', 'integration', 'endpoint', 'code', 'text'] as const
export type Dimension = (typeof DIMENSIONS)[number]

/** What rules look at. */
export interface Placeable { cause: string; facility: string | null; integration: string | null; endpoint: string | null; code: string | null; message: string | null }
export type PlacingRule = Pick<GroupRule, 'id' | 'kind' | 'source' | 'target' | 'dimension' | 'value' | 'origin'>
export interface Placed { fingerprint: string; origins: GroupOrigin[] }

/**
 * The group after all rules, each at most once and in their order, and the groups of splits on the way. `rules` must be in the order of
 * their ids. So there are no circles: what was merged and later merged back ends where the later rule says.
 */
export function place(rules: readonly PlacingRule[], member: Placeable): Placed {
  let fingerprint = member.cause
  const origins: GroupOrigin[] = []
  for (const rule of rules) {
    if (rule.source !== fingerprint) continue
    if (rule.kind === 'merge') {
      fingerprint = rule.target ?? fingerprint
      continue
    }
    const value = splitValue(rule, member)
    if (value === null) continue
    fingerprint = splitFingerprint(rule.origin, rule.dimension ?? '', value)
    origins.push({ fingerprint, ruleId: Number(rule.id), dimension: rule.dimension ?? '', value })
  }
  return { fingerprint, origins }
}

/** The value by which a split takes this failure out of its group; null where it stays. */
function splitValue(rule: PlacingRule, member: Placeable): string | null {
  if (rule.dimension === 'text') {
    const fragment = (rule.value ?? '').toLowerCase()
    return fragment !== '' && (member.message ?? '').toLowerCase().includes(fragment) ? fragment : null
  }
  const own = { facility: member.facility, integration: member.integration, endpoint: member.endpoint, code: member.code }[rule.dimension as Exclude<Dimension, 'text'>]
  if (own === null || own === undefined || own === '') return null
  return rule.value === null || rule.value === own ? own : null
}

/**
 * All groups from which something may have come into `fingerprint`, itself included: what has to be placed again when a rule about it
 * begins or ends. `rules`: in force, and the one that ended.
 */
export function sourcesOf(fingerprint: string, rules: readonly PlacingRule[], origins: readonly { fingerprint: string; source: string }[]): string[] {
  const found = new Set([fingerprint])
  for (const group of found) {
    for (const rule of rules) if (rule.kind === 'merge' && rule.target === group) found.add(rule.source)
    for (const origin of origins) if (origin.fingerprint === group) found.add(origin.source)
  }
  return [...found]
}
