/** Recent queries put together by the page that asked for them. */
import type { RecentQuery } from '#queries/clickhouse/clickhouse.ts'

export interface PageQueries {
  page: string
  requests: number
  queriesEach: number
  /** from the first query's start to the last one's end, in ms, of the slowest request and of 95 in 100 */
  longestMs: number
  p95Ms: number
  rowsEach: number
  slowest: { name: string; ms: number }
  /** names, each once */
  queries: string[]
}

/** Pages with their queries, the slowest first; background work is one line of its own. Requests whose first queries are forgotten count with what is left. */
export function groupByPage(recent: readonly RecentQuery[]): PageQueries[] {
  const pages = Map.groupBy(recent, query => query.cause?.name ?? 'background work')
  return [...pages].map(([page, queries]) => {
    const requests = [...Map.groupBy(queries, query => query.cause?.request ?? query.startedAt.toISOString()).values()]
    const times = requests.map(spanMs).sort((a, b) => a - b)
    const slowest = queries.reduce((worst, query) => (query.elapsedMs > worst.elapsedMs ? query : worst))
    return {
      page, requests: requests.length, queriesEach: queries.length / requests.length, longestMs: times.at(-1) ?? 0, p95Ms: times[Math.ceil(times.length * 0.95) - 1] ?? 0,
      rowsEach: queries.reduce((sum, query) => sum + query.rowsRead, 0) / requests.length, slowest: { name: slowest.name, ms: slowest.elapsedMs }, queries: [...new Set(queries.map(query => query.name))],
    }
  }).sort((a, b) => b.p95Ms - a.p95Ms)
}

function spanMs(queries: readonly RecentQuery[]): number {
  const starts = queries.map(query => query.startedAt.getTime())
  return Math.max(...queries.map((query, index) => (starts[index] ?? 0) + query.elapsedMs)) - Math.min(...starts)
}
