/** Reads the developer's screen of recent queries: which page asked what, how long it took, how many rows it read. */
import { percentile } from './figures.ts'

interface Seen { rows: number[]; ms: number[] }
export interface QuerySummary { page: string; query: string; rows: number; p95: number; n: number }

/** Cells of a row of the screen, in its columns' order: at, query, for, kind, took, waited, rows read. */
const CELL = /<td[^>]*>([\s\S]*?)<\/td>/g
const BACKGROUND = 'background work'

/** Collects with each look what the screen shows; queries shown twice count twice, which changes no mean. */
export function collectQueries(url: string, cookie: string): { look(): Promise<void>; summary(): QuerySummary[] } {
  const seen = new Map<string, Seen>()
  return {
    async look() {
      const response = await fetch(`${url}/developer/queries?show=single`, { headers: { cookie } })
      const body = (await response.text()).split('<tbody')[1]
      if (response.status !== 200 || body === undefined) throw new Error(`the record of queries: ${response.status}`)
      for (const row of body.split('</tr>')) {
        const [, query, page, , took, , rows] = [...row.matchAll(CELL)].map(match => textOf(match[1] ?? ''))
        if (query === undefined || page === undefined || page === BACKGROUND) continue
        const key = `${page}\n${query}`
        const entry = seen.get(key) ?? { rows: [], ms: [] }
        entry.rows.push(numberOf(rows))
        entry.ms.push(numberOf(took))
        seen.set(key, entry)
      }
    },
    summary: () => [...seen].map(([key, { rows, ms }]) => {
      const [page = '', query = ''] = key.split('\n')
      return { page, query, rows: rows.reduce((sum, value) => sum + value, 0) / rows.length, p95: percentile(ms, 0.95), n: rows.length }
    }).sort((a, b) => (a.page === b.page ? b.p95 - a.p95 : a.page < b.page ? -1 : 1)),
  }
}

const textOf = (html: string): string => html.replaceAll(/<!--.*?-->|<[^>]*>/g, '').trim()
const numberOf = (text = ''): number => Number(text.replaceAll(/\D/g, ''))
