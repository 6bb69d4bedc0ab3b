/**
 * The rows of a business view as one source: what is stuck (the worklist's condition) and what is not yet due (the backlog's condition).
 * No condition of its own: both come from where they are defined, so that a view, the worklist and the backlog agree.
 */
import { clausesOf, AMOUNT_KEY, WAITS } from '../backlog/backlog.ts'
import { clauses, newest, rowsOf, sourceOf } from '../exceptions/where.ts'
import type { ViewParams } from './filter.ts'

/** Filters that a view counts beside its list; each is left out of its own count. */
export const VIEW_FACETS = ['facility', 'entity', 'counterparty', 'system', 'step'] as const
export type ViewFacet = (typeof VIEW_FACETS)[number]

const SYSTEM = `transform(toString(integration), {integrations:Array(String)}, {systems:Array(String)}, '')`
const STUCK = `SELECT 'stuck' AS state, toString(id) AS exception_id, kind AS kind_, title AS title_, status AS status_, severity AS severity_, severity_rank AS rank_, assignee AS assignee_, namespace, object_type, object_id, process, step,
  integration, toString(system) AS system_, facility, entity, counterparty_id, counterparty_name, amount_minor, currency, amount_key, first_seen AS since, toNullable(due_at) AS due`
const WAITING = `SELECT if(warn_at <= {now:DateTime64(3, 'UTC')}, 'at_risk', 'on_time') AS state, '' AS exception_id, '' AS kind_, '' AS title_, '' AS status_, '' AS severity_,
  toUInt8(multiIf(criticality = 'critical', 4, criticality = 'high', 3, criticality = 'low', 1, 2)) AS rank_, '' AS assignee_, namespace, object_type, object_id, process, milestone AS step,
  integration, ${SYSTEM} AS system_, facility, entity, counterparty_id, counterparty_name, amount_minor, currency, ${AMOUNT_KEY} AS amount_key, anchor_at AS since, toNullable(due_at) AS due`

/** The backlog's clauses of what is not yet due, by the filter's names, with those that the backlog does not know. */
function waitingClauses(given: ViewParams): Map<string, string> {
  const found = new Map(clausesOf({ ...given, overdue: 'false' }))
  if (given.system.length > 0) found.set('system', `${SYSTEM} IN {system:Array(String)}`)
  if (given.q !== null) found.set('q', `positionCaseInsensitiveUTF8(concat(object_id, ' ', counterparty_name, ' ', counterparty_id), {q:String}) > 0`)
  return found
}

/** The union of both sides under all filters, in parentheses; one side where the states ask for one. */
export function viewSource(given: ViewParams): string {
  const sides: string[] = []
  if (given.state.includes('stuck')) sides.push(`${STUCK} FROM ${rowsOf(given)}`)
  if (given.state.some(state => state !== 'stuck')) {
    const waiting = `${WAITING} FROM obligations_open FINAL WHERE ${[WAITS, ...waitingClauses(given).values()].join(' AND ')}`
    sides.push(`SELECT * FROM (${waiting}) WHERE state IN {state:Array(String)}`)
  }
  return `(${sides.join(' UNION ALL ')})`
}

/** The union with every facet's own filter as a column `pass_<facet>` instead of a condition. */
export function facetSource(given: ViewParams): string {
  const columns = (own: ReadonlyMap<string, string>) => VIEW_FACETS.map(name => `(${own.get(name) ?? '1'}) AS pass_${name}`).join(', ')
  const sides: string[] = []
  if (given.state.includes('stuck')) sides.push(`${STUCK}, ${columns(clauses(given))} FROM ${sourceOf(given)} ${newest(sourceOf(given), given, VIEW_FACETS)}`)
  if (given.state.some(state => state !== 'stuck')) {
    const own = waitingClauses(given)
    const rest = [...own].filter(([name]) => !(VIEW_FACETS as readonly string[]).includes(name)).map(([, clause]) => clause)
    sides.push(`SELECT * FROM (${WAITING}, ${columns(own)} FROM obligations_open FINAL WHERE ${[WAITS, ...rest].join(' AND ')}) WHERE state IN {state:Array(String)}`)
  }
  return `(${sides.join(' UNION ALL ')})`
}
