/** The counts that the live stream carries: what the worklist shows by default, by status. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'

/** Exceptions of the production environment by status; resolved ones are left out. */
export const liveCounts = defineQuery({
  name: 'live.counts',
  params: z.object({}),
  row: z.object({ status: z.string(), count: z.coerce.number() }),
  scoped: true,
  sql: `SELECT status, count() AS count FROM exceptions_open FINAL WHERE environment = 'production' AND {scope} GROUP BY status`,
})
