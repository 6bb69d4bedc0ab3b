/** What goes wrong on an integration, told apart by class, code and message. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'
import { storeInstant } from '../event-row.ts'

/** An attempt that went wrong, whatever became of it later; of the production environment. */
export const FAILED_ATTEMPT = `environment = 'production' AND integration != '' AND status IN ('failed', 'dead_lettered', 'retrying')`

/** Failed attempts of an integration in [from, to) per class and code, the most frequent first, with the newest message of each. */
export const integrationErrors = defineQuery({
  name: 'health.errors',
  params: z.object({ integration: z.string(), from: z.string(), to: z.string() }),
  row: z.object({ class: z.string(), code: z.string(), failures: z.coerce.number(), message: z.string(), last_at: storeInstant, source: z.string(), id: z.string() }),
  scoped: true,
  sql: `SELECT error_class AS class, error_code AS code, count() AS failures, argMax(error_message, time) AS message, max(time) AS last_at, argMax(source, time) AS source, argMax(id, time) AS id
    FROM events FINAL WHERE integration = {integration:String} AND ${FAILED_ATTEMPT}
      AND time >= toDateTime64({from:String}, 3, 'UTC') AND time < toDateTime64({to:String}, 3, 'UTC') AND {scope}
    GROUP BY class, code ORDER BY failures DESC, class, code LIMIT 20`,
})
