/** Keeps `integration_hours` up to date: follows the event log as the finder does, with a cursor of its own per writer. */
import { readCursors, saveCursor } from '#queries/postgres/cursors.ts'
import { hoursWithNews, rewriteHours, type IntegrationHour } from '#queries/clickhouse/assistance/rollup.ts'
import type { Stores } from '#queries/stores.ts'

const READER = 'assistance-hours'
/** Log entries looked at in one step. */
const ENTRIES = 50_000
/** Hours computed by one statement: no more of them, and no further apart, since all between the first and the last is read. */
const MOST_HOURS = 1000
const WIDEST_HOURS = 24

/** Reads on from where the last run ended until nothing is new; where another process does so already, it does nothing. Resolves to how many hours were written. */
export async function updateHours(stores: Pick<Stores, 'clickhouse' | 'postgres' | 'coordination'>, now: () => number = Date.now): Promise<number> {
  const lock = await stores.coordination.tryLock(READER)
  if (!lock) return 0
  try {
    let written = 0
    for (const [writer, from] of await readCursors(stores.postgres, READER)) {
      for (let after = from, upTo = after; ; after = upTo) {
        const news = await hoursWithNews(stores.clickhouse, writer, after, ENTRIES)
        upTo = news.upTo
        if (upTo === after) break
        for (const batch of nearEachOther(news.hours)) await rewriteHours(stores.clickhouse, batch, now())
        // Only now: after a death in between the same hours are computed again, to the same.
        await saveCursor(stores.postgres, READER, writer, upTo)
        written += news.hours.length
      }
    }
    return written
  } finally {
    await lock.release()
  }
}

/** The hours in order of time, cut into batches that lie near each other. Pure. */
export function nearEachOther(hours: readonly IntegrationHour[]): IntegrationHour[][] {
  const batches: IntegrationHour[][] = []
  for (const each of [...hours].sort((a, b) => a.hour - b.hour || (a.integration < b.integration ? -1 : 1))) {
    const last = batches.at(-1)
    if (last?.[0] && last.length < MOST_HOURS && each.hour - last[0].hour < WIDEST_HOURS) last.push(each)
    else batches.push([each])
  }
  return batches
}
