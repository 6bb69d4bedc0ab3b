/** Master data: which consumers are behind, and which codes no system could translate. */
import { z } from 'zod'
import type { ClickHouse } from '../clickhouse.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant, toStoreInstant } from '../event-row.ts'
import { figureRow, moneySql, toFigure } from '../figure.ts'
import type { Figure } from '../figure.ts'
import type { Scope } from '../../model/scope.ts'
import { bindView, viewParams } from './filter.ts'
import type { SystemOf, ViewFilter, ViewState } from './filter.ts'
import { VIEW_STATES } from './filter.ts'
import { viewSource } from './source.ts'

const consumers = defineQuery({
  name: 'views.consumers',
  params: viewParams,
  row: figureRow,
  scoped: true,
  sql: given => moneySql({ value: `arrayStringConcat([toString(object_type), toString(step), toString(integration), system_, state], char(0))`, amountKey: 'amount_key', since: 'since', late: '0' }, viewSource(given)),
})

export interface ConsumerFigure extends Figure { objectType: string; step: string; integration: string; system: string; state: ViewState }

/** What each consumer lacks, by type of object and the integration that should have brought it. */
export async function countConsumers(clickhouse: ClickHouse, filter: ViewFilter, systemOf: SystemOf, now: Date, scope: Scope): Promise<ConsumerFigure[]> {
  const rows = await consumers.run(clickhouse, bindView({ ...filter, state: [...VIEW_STATES] }, systemOf, now), scope)
  return rows.flatMap(row => {
    const [objectType = '', step = '', integration = '', system = '', given = ''] = row.value.split('\0')
    const state = VIEW_STATES.find(each => each === given)
    return state ? [{ objectType, step, integration, system, state, ...toFigure(row) }] : []
  })
}

const codes = defineQuery({
  name: 'views.unmapped_codes',
  params: z.object({ since: z.string(), facility: z.array(z.string()), entity: z.array(z.string()), integrations: z.array(z.string()) }),
  row: z.object({
    code: z.string(), integration: z.string(), failures: z.coerce.number(), objects: z.coerce.number(), first: storeInstant, last: storeInstant, message: z.string(), facilities: z.array(z.string()),
    open: z.coerce.number(), fingerprints: z.array(z.string()),
  }),
  scoped: true,
  sql: given => {
    const place = [...(given.facility.length > 0 ? ['facility IN {facility:Array(String)}'] : []), ...(given.entity.length > 0 ? ['entity IN {entity:Array(String)}'] : [])]
    return `SELECT code, integration, uniqExact(event_key) AS failures, uniqExact(object_) AS objects, min(at_) AS first, max(at_) AS last, argMax(message_, at_) AS message, arraySort(groupUniqArray(20)(facility_)) AS facilities,
        uniqExactIf(exception_, exception_ != 0) AS open, arraySort(arrayFilter(f -> f != '', groupUniqArray(20)(fingerprint_))) AS fingerprints
      FROM (
        SELECT failed.event_key AS event_key, failed.code AS code, failed.integration_ AS integration, failed.at_ AS at_, failed.message_ AS message_, failed.object_ AS object_, failed.facility_ AS facility_, open.exception AS exception_, open.fingerprint AS fingerprint_
        FROM (SELECT event_key, any(id) AS id_, toString(any(error_code)) AS code, toString(any(integration)) AS integration_, any(time) AS at_, any(error_message) AS message_, any(concat(object_types[1], ' ', object_ids[1])) AS object_, toString(any(facility)) AS facility_
          FROM events WHERE ${['{scope}', 'integration IN {integrations:Array(String)}', `time >= toDateTime64({since:String}, 3, 'UTC')`, `error_class = 'mapping'`, `status IN ('failed', 'dead_lettered', 'retrying')`, `environment = 'production'`, ...place].join(' AND ')}
          GROUP BY event_key) AS failed
        LEFT JOIN (SELECT arrayJoin(event_ids) AS event_id, id AS exception, fingerprint FROM exceptions FINAL WHERE {scope} AND kind = 'failed' AND status != 'resolved' AND environment = 'production') AS open ON open.event_id = failed.id_)
      GROUP BY code, integration ORDER BY open DESC, failures DESC, code LIMIT 100`
  },
})

export interface UnmappedCode { code: string; integration: string; failures: number; objects: number; first: string; last: string; message: string; facilities: string[]; open: number; fingerprints: string[] }

/** Failures whose reason was a code nobody could translate, since then, by code and integration; `open`: exceptions that still stand. */
export async function unmappedCodes(clickhouse: ClickHouse, asked: { since: Date; facility: string[]; entity: string[]; integrations: string[] }, scope: Scope): Promise<UnmappedCode[]> {
  return codes.run(clickhouse, { ...asked, since: toStoreInstant(asked.since) }, scope)
}
