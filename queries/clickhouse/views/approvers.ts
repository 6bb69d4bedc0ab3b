/** Around people who left: since when, which rights they still have, whose decisions wait for them. */
import { z } from 'zod'
import { WAITS } from '../backlog/backlog.ts'
import { defineQuery } from '../define-query.ts'
import { storeInstant, storeInstantOrNull } from '../event-row.ts'

const employees = { ids: z.array(z.string()), namespaces: z.array(z.string()) }

/** Whom the events of requisitions name last; more conditions and the grouping follow. */
const NAMED = `SELECT namespace, object_id, argMaxIf(JSONExtractString(attributes, 'approver'), time, JSONHas(attributes, 'approver')) AS approver, argMaxIf(JSONExtractString(attributes, 'costCentre'), time, JSONHas(attributes, 'costCentre')) AS cost_centre
  FROM events_by_object WHERE object_type = 'purchase_requisition' AND status = 'succeeded' AND {scope}`

/** Of each employee: when HR recorded the departure, the department then, when another system last took the record over. */
export const employeeFacts = defineQuery({
  name: 'views.employee_facts',
  params: z.object(employees),
  row: z.object({ namespace: z.string(), id: z.string(), left_at: storeInstantOrNull, department: z.string(), synced_at: storeInstantOrNull }),
  scoped: true,
  sql: `SELECT namespace, object_id AS id, if(countIf(type = 'hr.employee.left') = 0, NULL, toString(maxIf(time, type = 'hr.employee.left'))) AS left_at,
      JSONExtractString(argMaxIf(attributes, time, type IN ('hr.employee.left', 'hr.employee.changed', 'hr.employee.hired')), 'department') AS department,
      if(countIf(type = 'hr.employee.synced') = 0, NULL, toString(maxIf(time, type = 'hr.employee.synced'))) AS synced_at
    FROM events_by_object WHERE object_type = 'employee' AND object_id IN {ids:Array(String)} AND namespace IN {namespaces:Array(String)} AND status = 'succeeded' AND {scope} GROUP BY namespace, id`,
})

/** Approval rights that were assigned to these employees, with whether they were revoked since. */
export const employeeRights = defineQuery({
  name: 'views.employee_rights',
  params: z.object(employees),
  row: z.object({ namespace: z.string(), employee: z.string(), right_namespace: z.string(), right: z.string(), revoked: z.coerce.number() }),
  scoped: true,
  sql: `SELECT person_.1 AS namespace, person_.3 AS employee, held.1 AS right_namespace, held.3 AS right, toUInt8(argMax(type_, at_) = 'identity.approval_right.revoked') AS revoked FROM (
      SELECT type_, at_, held, arrayJoin(arrayFilter(o -> o.2 = 'employee', named)) AS person_ FROM (
        SELECT type_, at_, named, arrayJoin(arrayFilter(o -> o.2 = 'approval_right', named)) AS held FROM (
          SELECT any(toString(type)) AS type_, any(time) AS at_, any(arrayMap((n, t, i) -> (toString(n), toString(t), i), object_namespaces, object_types, object_ids)) AS named FROM events
          WHERE (integration, time, event_key) IN (SELECT integration, time, event_key FROM events_by_object WHERE object_type = 'employee' AND object_id IN {ids:Array(String)} AND namespace IN {namespaces:Array(String)}
            AND type IN ('identity.approval_right.assigned', 'identity.approval_right.revoked') AND status = 'succeeded' AND {scope}) AND {scope} GROUP BY event_key)))
    WHERE person_.3 IN {ids:Array(String)} GROUP BY namespace, employee, right_namespace, right ORDER BY right`,
})

/** Whose an approval right is, for rows about the right itself. */
export const rightHolders = defineQuery({
  name: 'views.right_holders',
  params: z.object(employees),
  row: z.object({ namespace: z.string(), right: z.string(), holder_namespace: z.string(), holder: z.string() }),
  scoped: true,
  sql: `SELECT DISTINCT held_.1 AS namespace, held_.3 AS right, person_.1 AS holder_namespace, person_.3 AS holder FROM (
      SELECT held_, arrayJoin(arrayFilter(o -> o.2 = 'employee', named)) AS person_ FROM (
        SELECT named, arrayJoin(arrayFilter(o -> o.2 = 'approval_right', named)) AS held_ FROM (
          SELECT arrayMap((n, t, i) -> (toString(n), toString(t), i), object_namespaces, object_types, object_ids) AS named FROM events
          WHERE (integration, time, event_key) IN (SELECT integration, time, event_key FROM events_by_object WHERE object_type = 'approval_right' AND object_id IN {ids:Array(String)} AND namespace IN {namespaces:Array(String)} AND {scope}) AND {scope})))
    WHERE held_.3 IN {ids:Array(String)}`,
})

/** Requisitions that nobody has decided, by facility and by the approver they name (empty where they name none); `facilities` empty: all of the scope. */
export const undecidedRequisitions = defineQuery({
  name: 'views.undecided_requisitions',
  params: z.object({ facilities: z.array(z.string()), step: z.string(), now: z.string() }),
  row: z.object({ facility: z.string(), approver: z.string(), waiting: z.coerce.number(), late: z.coerce.number(), oldest: storeInstant, ids: z.array(z.string()) }),
  scoped: true,
  sql: `SELECT open.place AS facility, named.approver AS approver, count() AS waiting, countIf(open.due <= {now:DateTime64(3, 'UTC')}) AS late, min(open.since) AS oldest, arraySort(groupArray(50)(open.object_id)) AS ids
    FROM (SELECT namespace, object_id, toString(facility) AS place, due_at AS due, anchor_at AS since FROM obligations FINAL
      WHERE ${WAITS} AND object_type = 'purchase_requisition' AND milestone = {step:String} AND (empty({facilities:Array(String)}) OR facility IN {facilities:Array(String)})) AS open
    LEFT JOIN (${NAMED} GROUP BY namespace, object_id) AS named
    ON open.namespace = named.namespace AND open.object_id = named.object_id GROUP BY facility, approver`,
})

/** Whom the requisitions of a page name: the approver they were routed to and the cost centre they are for; empty where they say none. */
export const requisitionApprovers = defineQuery({
  name: 'views.requisition_approvers',
  params: z.object(employees),
  row: z.object({ namespace: z.string(), object_id: z.string(), approver: z.string(), cost_centre: z.string() }),
  scoped: true,
  sql: `${NAMED} AND object_id IN {ids:Array(String)} AND namespace IN {namespaces:Array(String)} GROUP BY namespace, object_id`,
})
