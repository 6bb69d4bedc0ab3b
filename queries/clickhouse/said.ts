/** The clause of the filter by what was said of an object (`model/said.ts`), for lists of exceptions and of the backlog. */
import { z } from 'zod'
import { readSaid } from '../model/said.ts'

/** Bound parameters: the asked types, attributes and values side by side, and the types that must not have been seen. */
export const saidParams = { saidType: z.array(z.string()), saidAttribute: z.array(z.string()), saidValue: z.array(z.string()), saidUnseen: z.array(z.string()), saidObject: z.array(z.string()) }
type SaidParams = { [name in keyof typeof saidParams]: string[] }

/** Binds the values of a filter; texts that are none are left out. */
export function bindSaid(values: readonly string[]): SaidParams {
  const read = values.flatMap(value => readSaid(value) ?? [])
  const seen = read.filter(each => each.attribute !== null)
  return {
    saidType: seen.map(each => each.type), saidAttribute: seen.map(each => each.attribute ?? ''), saidValue: seen.map(each => each.value),
    saidUnseen: read.filter(each => each.attribute === null).map(each => each.type), saidObject: [...new Set(read.map(each => each.object))],
  }
}

/** The clause on a table of objects' rows (`namespace`, `object_type`, `object_id`), `{scope}` included; null where nothing is asked. Events are read of the objects in `table` only. */
export function saidClause(given: Partial<SaidParams>, table: string): string | null {
  const { saidType = [], saidUnseen = [] } = given
  if (saidType.length + saidUnseen.length === 0) return null
  const events = (types: string) => `FROM events_by_object WHERE object_type IN {saidObject:Array(String)} AND object_id IN (SELECT object_id FROM ${table} WHERE object_type IN {saidObject:Array(String)} AND {scope}) AND type ${types} AND status = 'succeeded' AND {scope}`
  const seen = `(namespace, object_type, object_id) IN (SELECT namespace, object_type, object_id
    FROM (SELECT namespace, object_type, object_id, type, argMax(toString(integration), time) AS via, argMax(attributes, time) AS told ${events('IN {saidType:Array(String)}')} GROUP BY namespace, object_type, object_id, type)
    WHERE arrayExists((t, n, v) -> t = type AND if(n = 'integration', via, JSONExtractString(told, n)) = v, {saidType:Array(String)}, {saidAttribute:Array(String)}, {saidValue:Array(String)}))`
  const unseen = saidUnseen.map((type, index) => `(object_type = splitByChar('.', {saidUnseen:Array(String)}[${index + 1}])[2] AND (namespace, object_type, object_id) NOT IN (SELECT namespace, object_type, object_id ${events(`= {saidUnseen:Array(String)}[${index + 1}]`)}))`)
  return `(${[...(saidType.length > 0 ? [seen] : []), ...unseen].join(' OR ')})`
}
