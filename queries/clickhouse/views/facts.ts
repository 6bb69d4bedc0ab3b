/** What is known of the objects on one page of a view. */
import { z } from 'zod'
import { defineQuery } from '../define-query.ts'
import { storeInstantOrNull } from '../event-row.ts'

/** The objects of one page: by type, id and namespace in lists of equal length. */
export const objectFacts = defineQuery({
  name: 'views.object_facts',
  params: z.object({ types: z.array(z.string()), ids: z.array(z.string()), namespaces: z.array(z.string()) }),
  row: z.object({ namespace: z.string(), type: z.string(), id: z.string(), criticality: z.string(), milestone: z.string(), milestone_at: storeInstantOrNull }),
  scoped: true,
  sql: `SELECT namespace, object_type AS type, object_id AS id, criticality, milestone_types[-1] AS milestone, if(empty(milestone_times), NULL, toString(milestone_times[-1])) AS milestone_at
    FROM objects FINAL WHERE object_type IN {types:Array(String)} AND object_id IN {ids:Array(String)} AND namespace IN {namespaces:Array(String)} AND {scope}`,
})
