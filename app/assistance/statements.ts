/** What stands out as a page, a list or a mark shows it: words, how sure, and the rows it was computed from. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import type { Scope } from '#queries/model/scope.ts'
import { integrationName } from '../exceptions/labels.ts'
import type { Change } from './anomalies.ts'
import { evidencePath } from './evidence.ts'
import { readWatch, type Watch, type WatchedAnomaly, type WatchedRecurrence } from './watch.ts'
import { anomalyMeaning, anomalySureness, anomalyTitle, instantOf, recurrenceSureness, recurrenceTitle, valueWords } from './words.ts'

/** A stretch of time that a statement was computed from; `value` in words, `hit` where it speaks for the statement. */
export interface EvidenceRow { from: string; to: string; value: string; hit: boolean; link: string }

export interface Statement {
  /** stable while it is about the same thing */
  id: string
  kind: Change | 'recurs'
  integration: string
  name: string
  title: string
  meaning: string
  /** since when */
  since: string
  sureness: string
  /** the zone of its times of day */
  zone: string
  evidence: EvidenceRow[]
  /** the whole set that it is about, where there is a list of it */
  link: { label: string; to: string } | null
  /** when it comes next; null where that is not known */
  next: string | null
}

/** All current statements of the scope. */
export async function readStatements(clickhouse: ClickHouse, catalogue: Catalogue, now: Date, scope: Scope): Promise<{ watch: Watch; statements: Statement[] }> {
  const watch = await readWatch(clickhouse, catalogue, now, scope)
  return { watch, statements: [...watch.anomalies.map(one => ofAnomaly(one, catalogue)), ...watch.recurrences.map(one => ofRecurrence(one, catalogue))] }
}

/** Marks beside integrations: id of the integration → its statements. */
export async function readMarks(clickhouse: ClickHouse, catalogue: Catalogue, now: Date, scope: Scope): Promise<Map<string, Mark[]>> {
  const { statements } = await readStatements(clickhouse, catalogue, now, scope)
  return Map.groupBy(statements.map(({ id, kind, integration, title }): Mark => ({ id, kind, integration, title })), mark => mark.integration)
}

/** As little of a statement as stands beside something else. */
export type Mark = Pick<Statement, 'id' | 'kind' | 'integration' | 'title'>

/** Where the statement stands on its page. */
export const statementPath = (id: string): string => `/assistance?statement=${encodeURIComponent(id)}#${encodeURIComponent(id)}`

function ofAnomaly(one: WatchedAnomaly, catalogue: Catalogue): Statement {
  const name = integrationName(catalogue, one.integration) ?? one.integration
  const row = (each: { from: number; to: number; value: number }, hit: boolean): EvidenceRow => ({
    from: instantOf(each.from), to: instantOf(each.to), value: valueWords(one, each.value), hit, link: evidencePath({ integration: one.integration, from: instantOf(each.from), to: instantOf(each.to) }),
  })
  return {
    id: `${one.measure}-${one.integration}`, kind: one.change, integration: one.integration, name, title: anomalyTitle(one, name), meaning: anomalyMeaning(one), since: instantOf(one.since), sureness: anomalySureness(one), zone: one.zone,
    evidence: [row(one, true), ...one.compared.map(each => row(each, false))], link: null, next: null,
  }
}

function ofRecurrence(one: WatchedRecurrence, catalogue: Catalogue): Statement {
  const name = integrationName(catalogue, one.integration) ?? (one.integration || 'No integration')
  const rows = one.occasions.map((each): EvidenceRow => {
    const [from, to] = [instantOf(each.from), instantOf(each.to)]
    return {
      from, to, value: each.count === 0 ? 'none' : `${each.count.toLocaleString('en')} failed`, hit: each.count > 0,
      link: one.group ? groupExceptions(one.group.fingerprint, from, to) : evidencePath({ integration: one.integration, from, to, errorClass: one.errorClass, errorCode: one.errorCode }),
    }
  })
  const key = one.group ? one.group.fingerprint : `${one.errorClass}-${one.errorCode}`
  return {
    id: `recurs-${one.integration}-${key}-${one.rhythm}-${one.at}`, kind: 'recurs', integration: one.integration, name, title: recurrenceTitle(one, name),
    meaning: one.group ? 'What runs at that time is the place to look; the failures themselves may already be closed.' : 'What runs at that time is the place to look. Attempts that succeed when tried again open no exception, so only this shows them.',
    since: rows[0]?.from ?? instantOf(one.next), sureness: recurrenceSureness(one), zone: one.zone, evidence: rows.reverse(),
    link: one.group ? { label: 'The group', to: `/groups/${encodeURIComponent(one.group.fingerprint)}` } : null, next: instantOf(one.next),
  }
}

/** The exceptions of a group that began in [from, to), closed ones too. */
function groupExceptions(fingerprint: string, from: string, to: string): string {
  const search = new URLSearchParams([['fingerprint', fingerprint], ...['open', 'acknowledged', 'waiting', 'ignored', 'resolved'].map(status => ['status', status]), ['from', from], ['to', to]])
  return `/exceptions?${search}`
}
