/** The canary of /readyz: an event of a reserved integration and environment that no figure counts. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'

export const CANARY = 'signalbox-canary'

/** The canary of this id, if it can be seen. */
export const findCanary = defineQuery({
  name: 'canary.find',
  params: z.object({ id: z.string() }),
  row: z.object({ id: z.string() }),
  scoped: 'the canary is the program\'s own and belongs to nobody',
  sql: `SELECT id FROM events WHERE integration = '${CANARY}' AND time >= now() - INTERVAL 1 DAY AND id = {id:String} LIMIT 1`,
})
