/** Everything the page of one failure group says. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { catalogueChanges } from '#queries/catalogue/changes.ts'
import { toStoreInstant } from '#queries/clickhouse/event-row.ts'
import { listLines, type Line } from '#queries/clickhouse/exceptions/lines.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { reportsAround } from '#queries/clickhouse/groups/evidence.ts'
import { groupClasses, groupMessages, groupParts, type Part, type PartName } from '#queries/clickhouse/groups/parts.ts'
import { groupsBegunNear, neighbouringGroups } from '#queries/clickhouse/groups/similar.ts'
import { groupTrends, type TrendStep } from '#queries/clickhouse/groups/trend.ts'
import { TO_DO } from '#queries/clickhouse/groups/views.ts'
import { integrationFigures } from '#queries/clickhouse/health/health.ts'
import { EXCEPTION_STATUSES, type ExceptionStatus, type ExceptionView } from '#queries/model/exception.ts'
import { exceptionFilter, formatFilter, type ExceptionFilter } from '#queries/model/filter.ts'
import type { GroupView } from '#queries/model/group.ts'
import type { Scope } from '#queries/model/scope.ts'
import { allOrigins, countMembers, findGroups, groupHistory, pastEndings, pastNotes, rulesAbout, rulesInForce, type GroupHistoryView, type GroupRule } from '#queries/postgres/groups.ts'
import type { Stores } from '#queries/stores.ts'
import { facilityName, integrationName, objectNoun, processName, resolutionName, stepName } from '../exceptions/labels.ts'
import { normaliseMessage } from '../exceptions/message.ts'
import { packIds } from '../exceptions/selected-ids.ts'
import { lineTitle } from '../exceptions/worklist.ts'
import { ANNOUNCED_MS, AROUND_MS, BEFORE_MS, suspectCauses, surgeStart, type Suspicion } from './causes.ts'
import { fillTrend, lastDays, viewsOf } from './list.ts'
import { place } from './place.ts'
import { likeness } from './similar.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const HOURS_SHOWN = 48
const DAYS_SHOWN = 30
const MESSAGES_SHOWN = 5
const NOTES_SHOWN = 5
const SIMILAR_SHOWN = 5
const SIMILAR_SINCE_MS = 90 * DAY

export interface PartView { name: PartName; label: string; values: { value: string; label: string; count: number; to: string | null }[] }
export interface RuleView { id: number; kind: 'merge' | 'split'; source: string; target: string | null; dimension: string | null; value: string | null; reason: string; by: string; at: string; undone: { by: string; at: string } | null; system: boolean }

export interface GroupPage {
  asOf: string
  group: GroupView
  /** of all members, closed ones too */
  statuses: { status: ExceptionStatus; count: number }[]
  total: number; everFirstSeen: string
  names: { integration: string | null; step: string | null; process: string | null; assignee: string | null; system: string | null }
  /** what the messages have in common, `…` where they differ; null without words */
  pattern: string | null
  trend: { step: TrendStep; points: { at: string; count: number }[] }
  parts: PartView[]
  messages: { message: string; code: string; class: string; count: number; lastAt: string; exception: string }[]
  members: ExceptionView[]; nextCursor: string | null
  causes: Suspicion[]
  suspected: { text: string; by: string; at: string } | null
  past: { endings: { how: string; by: string; count: number; medianSeconds: number; lastAt: string }[]; notes: { exceptionId: string; title: string; how: string; note: string | null; by: string; at: string; tookSeconds: number }[] }
  runbook: { title: string; steps: string[] } | null
  owners: { technical: string; support: string } | null
  similar: { fingerprint: string; title: string; count: number; open: number; reasons: string[]; lastAt: string }[]
  rules: RuleView[]
  origin: { fingerprint: string; dimension: string; value: string } | null
  history: (GroupHistoryView & { who: string })[]
  /** packed ids of the members to do; null where there are too many to act on as one */
  ids: string | null
  worklistTo: string
  replay: { why: string | null }
}

export interface GroupAsked { fingerprint: string; step: TrendStep; status: readonly ExceptionStatus[]; cursor: string | undefined }
export interface Looking { scope: Scope; zone: string; names: ReadonlyMap<string, string> }

/** Where the members of a group without any have gone: by a merge, or back by an undone split; null if nowhere the reader may look. */
export async function movedTo(stores: Stores, fingerprint: string, scope: Scope): Promise<string | null> {
  const placed = place(await rulesInForce(stores.postgres), { cause: fingerprint, facility: null, integration: null, endpoint: null, code: null, message: null }).fingerprint
  const source = (await allOrigins(stores.postgres)).find(origin => origin.fingerprint === fingerprint)?.source
  for (const other of [placed, source]) if (other !== undefined && other !== fingerprint && (await countMembers(stores.postgres, other, scope)) > 0) return other
  return null
}

/** Reads the page; undefined if no member lies inside the scope. */
export async function readGroup(stores: Stores, catalogue: Catalogue, asked: GroupAsked, { scope, zone, names }: Looking, now = new Date()): Promise<GroupPage | undefined> {
  const { clickhouse, postgres } = stores
  const { fingerprint } = asked
  const of = (over: Partial<ExceptionFilter>): ExceptionFilter => exceptionFilter.parse({ fingerprint: [fingerprint], status: [], ...over })
  const unresolved = of({ status: ['open', 'acknowledged', 'waiting', 'ignored'] })
  const [[all], [open], todo] = await Promise.all([lineOf(stores, of({}), scope), lineOf(stores, unresolved, scope), lineOf(stores, of({ status: [...TO_DO] }), scope)])
  if (!all) return undefined
  const current = open ?? all
  const filter = open ? unresolved : of({})
  const [[group], classes, parts, statuses, messages, members, hours, decided, rules, origins, history, endings, notes] = await Promise.all([
    viewsOf(stores, catalogue, [current], { scope, zone }, now), groupClasses(clickhouse, filter, scope), groupParts(clickhouse, filter, scope), statusCounts(stores, of({}), scope), groupMessages(clickhouse, filter, MESSAGES_SHOWN, scope),
    listExceptions(clickhouse, of({ status: asked.status.length > 0 ? [...asked.status] : [], sort: '-lastSeen' }), { cursor: asked.cursor, limit: 25 }, scope),
    groupTrends(clickhouse, [fingerprint], 'hour', 'UTC', new Date(Date.parse(all.lastSeen) - 14 * DAY), new Date(now.getTime() + 1), scope),
    findGroups(postgres, [fingerprint]), rulesAbout(postgres, [fingerprint]), allOrigins(postgres), groupHistory(postgres, fingerprint), pastEndings(postgres, fingerprint, scope), pastNotes(postgres, fingerprint, scope, NOTES_SHOWN),
  ])
  if (!group) return undefined
  const row = decided.get(fingerprint)
  const origin = origins.find(each => each.fingerprint === fingerprint) ?? null
  const splitRule = origin ? (await rulesInForce(postgres)).filter(rule => Number(rule.id) === origin.ruleId) : []
  const first = messages[0]
  const starts = startsOf(current.firstSeen, surgeStart(hours.get(fingerprint) ?? []))
  const [trend, causes, similar] = await Promise.all([
    trendOf(stores, fingerprint, asked.step, zone, current.lastSeen, scope, now),
    causesOf(stores, catalogue, { fingerprint, starts, classes, parts, process: current.process, scope }),
    similarTo(stores, catalogue, { fingerprint, message: first?.message ?? '', title: current.title, parts }, scope, now),
  ])
  const integration = current.integration ? catalogue.integration(current.integration) : undefined
  const name = (id: string) => names.get(id) ?? id
  const pattern = first ? normaliseMessage(first.message).replaceAll('#', '…') : ''
  return {
    asOf: now.toISOString(), group, statuses, total: all.count, everFirstSeen: all.firstSeen,
    names: {
      integration: integrationName(catalogue, current.integration), step: stepName(catalogue, current.step), process: processName(catalogue, current.process), assignee: group.assignee === null ? null : name(group.assignee),
      system: integration ? (catalogue.systems.get(integration.to)?.name ?? integration.to) : null,
    },
    pattern: /\p{L}/u.test(pattern) ? pattern : null,
    trend, parts: partViews(parts, fingerprint, catalogue), messages: messages.map(({ last_at: lastAt, ...message }) => ({ ...message, lastAt })),
    members: members.items, nextCursor: members.nextCursor, causes,
    suspected: row?.suspected_cause && row.suspected_at ? { text: row.suspected_cause, by: name(row.suspected_by ?? ''), at: row.suspected_at.toISOString() } : null,
    past: {
      endings: endings.map(each => ({ how: each.code ? resolutionName(each.code) : 'Closed', by: BY[each.act] ?? each.act, count: each.count, medianSeconds: each.medianSeconds, lastAt: each.lastAt })),
      notes: notes.map(each => ({ exceptionId: each.exceptionId, title: each.title, how: resolutionName(each.code), note: each.note, by: each.actor.kind === 'person' ? name(each.actor.id) : 'verified after a replay', at: each.at, tookSeconds: each.tookSeconds })),
    },
    runbook: integration?.runbook ?? null, owners: integration ? { technical: `${integration.technicalOwner.name}, ${integration.technicalOwner.team}`, support: integration.supportPath } : null,
    similar, rules: [...rules, ...splitRule.filter(rule => !rules.some(each => each.id === rule.id))].map(rule => ruleView(rule, name)), origin: origin && splitRule.length > 0 ? { fingerprint: origin.source, dimension: origin.dimension, value: origin.value } : null,
    history: history.map(entry => ({ ...entry, detail: { ...entry.detail, ...(typeof entry.detail['to'] === 'string' ? { to: name(entry.detail['to']) } : {}) }, who: entry.actor.kind === 'person' ? name(entry.actor.id) : entry.actor.kind === 'key' ? `a program (${entry.actor.id})` : 'Signalbox' })),
    ids: todo[0] ? (todo[0].ids === null ? null : packIds(todo[0].ids)) : '',
    worklistTo: `/exceptions?${formatFilter(exceptionFilter, { fingerprint: [fingerprint], status: open ? undefined : ['resolved'] } as Partial<ExceptionFilter>)}`,
    replay: { why: !todo[0] ? 'Nothing in it is open' : todo[0].ids === null ? 'It has more than 5,000 members. Filter the worklist first.' : integration && !integration.replay.target ? 'No replay target is set for its integration' : null },
  }
}

const BY: Readonly<Record<string, string>> = { resolved: 'by a person, not verified', recovered: 'by itself', verified: 'verified after a replay' }

async function lineOf(stores: Stores, filter: ExceptionFilter, scope: Scope): Promise<Line[]> {
  return (await listLines(stores.clickhouse, filter, 'group', { limit: 1 }, scope)).items
}

async function statusCounts(stores: Stores, filter: ExceptionFilter, scope: Scope): Promise<GroupPage['statuses']> {
  const { status } = await groupParts(stores.clickhouse, filter, scope)
  return EXCEPTION_STATUSES.map(each => ({ status: each, count: status.find(part => part.value === each)?.count ?? 0 }))
}

/** When it began, and when it grew out of proportion, oldest first. */
function startsOf(firstSeen: string, surge: string | null): string[] {
  return surge !== null && Math.abs(Date.parse(surge) - Date.parse(firstSeen)) > 5 * 60_000 ? [firstSeen, surge].sort() : [firstSeen]
}

async function trendOf(stores: Stores, fingerprint: string, step: TrendStep, zone: string, lastSeen: string, scope: Scope, now: Date): Promise<GroupPage['trend']> {
  // what was quiet for long is shown as it was when it was not
  const span = step === 'hour' ? HOURS_SHOWN * HOUR : DAYS_SHOWN * DAY
  const end = now.getTime() - Date.parse(lastSeen) > span ? new Date(Date.parse(lastSeen) + span / 8) : now
  const lastHour = Math.floor(end.getTime() / HOUR) * 3600
  const starts = step === 'day' ? lastDays(end, zone, DAYS_SHOWN) : Array.from({ length: HOURS_SHOWN }, (_, index) => lastHour - (HOURS_SHOWN - 1 - index) * 3600)
  const found = await groupTrends(stores.clickhouse, [fingerprint], step, step === 'day' ? zone : 'UTC', new Date((starts[0] ?? 0) * 1000), new Date(end.getTime() + HOUR), scope)
  return { step, points: fillTrend(starts, found.get(fingerprint) ?? []) }
}

interface CauseOf { fingerprint: string; starts: readonly string[]; classes: { class: string; count: number }[]; parts: Record<PartName, Part[]>; process: string | null; scope: Scope }

async function causesOf(stores: Stores, catalogue: Catalogue, { fingerprint, starts, classes, parts, process, scope }: CauseOf): Promise<Suspicion[]> {
  const { clickhouse, postgres } = stores
  const integrations = parts.integration.map(part => part.value).filter(id => id !== '')
  const at = starts.map(start => Date.parse(start))
  const last = Math.max(...at)
  const main = integrations[0] ?? ''
  const figures = async (from: number, to: number) => {
    const [row] = main === '' ? [] : await integrationFigures.run(clickhouse, { integration: main, from: toStoreInstant(new Date(from)), to: toStoreInstant(new Date(to)) }, scope)
    return { succeeded: row?.succeeded ?? 0, failed: row?.failed ?? 0 }
  }
  const [reports, begun, changes, after, before] = await Promise.all([
    Promise.all(at.map(start => reportsAround(clickhouse, integrations, { from: new Date(start - ANNOUNCED_MS), near: new Date(start - BEFORE_MS), to: new Date(start + BEFORE_MS) }, scope))),
    groupsBegunNear(clickhouse, fingerprint, new Date(Math.min(...at) - AROUND_MS), new Date(Math.min(...at) + AROUND_MS), scope),
    // the catalogue belongs to no facility: who sees a part of the group is not told who changed it
    scope === 'all' ? catalogueChanges(postgres, new Date(Math.min(...at) - BEFORE_MS), new Date(last)) : [],
    figures(last, last + HOUR), figures(Math.min(...at) - DAY, Math.min(...at)),
  ])
  const unique = new Map(reports.flat().map(report => [`${report.source}\0${report.id}`, report]))
  return suspectCauses({
    starts, classes, reports: [...unique.values()].sort((a, b) => (a.at < b.at ? -1 : 1)), steps: main === '' ? null : { integration: main, after, before }, changes, begun,
    documents: new Set([...integrations.map(id => `integration:${id}`), ...(process ? [`process:${process}`] : []), ...parts.step.map(part => `responsibility:${part.value}`)]),
    systems: [...new Set(integrations.flatMap(id => catalogue.integration(id)?.to ?? []))],
    names: { integration: id => integrationName(catalogue, id) ?? id, system: id => catalogue.systems.get(id)?.name ?? id },
  })
}

async function similarTo(stores: Stores, catalogue: Catalogue, of: { fingerprint: string; message: string; title: string; parts: Record<PartName, Part[]> }, scope: Scope, now: Date): Promise<GroupPage['similar']> {
  const values = (name: PartName) => of.parts[name].map(part => part.value).filter(value => value !== '')
  const mine = { message: of.message, title: of.title, step: values('step')[0] ?? '', code: values('errorCode')[0] ?? '', integration: values('integration')[0] ?? '' }
  const found = await neighbouringGroups(stores.clickhouse, { fingerprint: of.fingerprint, integrations: values('integration'), steps: values('step'), codes: values('errorCode') }, new Date(now.getTime() - SIMILAR_SINCE_MS), scope)
  const nearest = found.flatMap(each => {
    const alike = likeness(mine, each)
    return alike ? [{ fingerprint: each.fingerprint, count: each.count, open: each.open, reasons: alike.reasons, lastAt: each.last_at, score: alike.score }] : []
  }).sort((a, b) => b.score - a.score || b.open - a.open).slice(0, SIMILAR_SHOWN)
  const lines = nearest.length === 0 ? [] : (await listLines(stores.clickhouse, exceptionFilter.parse({ status: [], fingerprint: nearest.map(each => each.fingerprint) }), 'group', { limit: SIMILAR_SHOWN }, scope)).items
  return nearest.flatMap(({ score: _score, ...each }) => {
    const line = lines.find(one => one.fingerprint === each.fingerprint)
    return line ? [{ ...each, title: lineTitle(line, catalogue) }] : []
  })
}

const PART_LABELS: readonly { name: PartName; label: string; filter: string | null }[] = [
  { name: 'facility', label: 'Facility', filter: 'facility' }, { name: 'objectType', label: 'Object', filter: 'objectType' }, { name: 'integration', label: 'Integration', filter: 'integration' }, { name: 'step', label: 'Step', filter: 'step' },
  { name: 'counterparty', label: 'Partner', filter: 'counterparty' }, { name: 'errorCode', label: 'Error code', filter: null }, { name: 'endpoint', label: 'Endpoint', filter: null },
]

/** Each value leads to the worklist filtered to it; what the worklist cannot filter by is only told. A part with nothing to tell is left out. */
function partViews(parts: Record<PartName, Part[]>, fingerprint: string, catalogue: Catalogue): PartView[] {
  const label = (name: PartName, part: Part): string => {
    if (part.value === '') return 'none'
    switch (name) {
      case 'facility': return facilityName(catalogue, part.value)
      case 'objectType': return objectNoun(part.value)
      case 'integration': return integrationName(catalogue, part.value) ?? part.value
      case 'step': return stepName(catalogue, part.value) ?? part.value
      case 'counterparty': return part.label || part.value
      default: return part.value
    }
  }
  return PART_LABELS.map(({ name, label: title, filter }) => ({
    name, label: title,
    values: parts[name].map(part => ({ value: part.value, label: label(name, part), count: part.count, to: filter && (part.value !== '' || name === 'facility') ? `/exceptions?${new URLSearchParams([['fingerprint', fingerprint], [filter, part.value]])}` : null })),
  })).filter(part => part.values.some(value => value.value !== ''))
}

function ruleView(rule: GroupRule, name: (id: string) => string): RuleView {
  return {
    id: Number(rule.id), kind: rule.kind, source: rule.source, target: rule.target, dimension: rule.dimension, value: rule.value, reason: rule.reason, by: name(rule.created_by), at: rule.created_at.toISOString(),
    undone: rule.undone_at ? { by: name(rule.undone_by ?? ''), at: rule.undone_at.toISOString() } : null, system: rule.created_by_kind === 'schedule',
  }
}
