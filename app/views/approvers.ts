/** Approvers: people who left and whose rights still stand, and the decisions that wait for them. */
import { toStoreInstant } from '#queries/clickhouse/event-row.ts'
import { employeeFacts, employeeRights, requisitionApprovers, rightHolders, undecidedRequisitions } from '#queries/clickhouse/views/approvers.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { objectPath } from '../paths.ts'
import type { ViewDefinition } from './definition.ts'
import type { ViewRow } from './view.ts'

/** The step at which a requisition waits for its approver. */
export const DECISION = 'procurement.purchase_requisition.approved'

export const APPROVERS: ViewDefinition = {
  id: 'approvers',
  title: 'Approvers',
  noun: { one: 'person', many: 'people' },
  figure: { name: 'Left, rights not revoked', definition: 'People whose departure HR recorded and whose approval rights were not revoked in the time allowed, or whose revocation failed. Approvals may still be routed to them.' },
  headline: null,
  defaults: { objectType: ['employee', 'approval_right'], step: ['identity.approval_right.revoked'], kind: ['failed', 'overdue'] },
  within: { process: ['employee-to-approver'], objectType: ['employee', 'approval_right'] },
  cuts: [
    { key: 'not_synced', name: 'Odoo has the old record', definition: 'Hires, changes and departures that Odoo did not take over in time, or refused: work is routed by the old record.', filter: { objectType: ['employee'], step: ['hr.employee.synced'] } },
    { key: 'no_right', name: 'Approvers without a right', definition: 'People hired as approvers who have no approval right in the time allowed: requisitions of their team wait.', filter: { objectType: ['employee', 'approval_right'], step: ['identity.approval_right.assigned'] } },
  ],
  stages: [
    { milestone: 'hr.employee.hired', object: 'employee' },
    { milestone: 'hr.employee.changed', object: 'employee' },
    { milestone: 'hr.employee.left', object: 'employee' },
    { milestone: 'hr.employee.synced', object: 'employee' },
    { milestone: 'identity.approval_right.assigned', object: 'employee' },
    { milestone: 'identity.approval_right.revoked', object: 'employee' },
  ],
  counterparty: 'Counterparty',
}

/** What is known of the person of a row. `named`: undecided requisitions that name them as approver; `undecided`: all of their facility. */
export interface PersonFacts { person: { id: string; to: string }; leftAt: string | null; department: string | null; syncedAt: string | null; rights: { id: string; to: string }[]; named: { count: number; to: string } | null; undecided: { count: number; to: string } | null }

/** The facts of the people on a page, by row key. */
export async function personFacts(stores: Pick<Stores, 'clickhouse'>, scope: Scope, rows: readonly ViewRow[], now: Date): Promise<Record<string, PersonFacts>> {
  const { clickhouse } = stores
  const rightsShown = rows.flatMap(row => (row.object?.type === 'approval_right' ? [row.object] : []))
  const holders = rightsShown.length === 0 ? [] : await rightHolders.run(clickhouse, { ids: rightsShown.map(each => each.id), namespaces: [...new Set(rightsShown.map(each => each.namespace))] }, scope)
  const personOf = (object: NonNullable<ViewRow['object']>) => {
    const holder = object.type === 'approval_right' ? holders.find(each => each.right === object.id && each.namespace === object.namespace) : undefined
    return object.type === 'employee' ? object : holder && { namespace: holder.holder_namespace, type: 'employee', id: holder.holder }
  }
  const people = rows.flatMap(row => {
    const object = row.object && personOf(row.object)
    return object ? [{ row, object }] : []
  })
  if (people.length === 0) return {}
  const keys = { ids: [...new Set(people.map(({ object }) => object.id))], namespaces: [...new Set(people.map(({ object }) => object.namespace))] }
  const [facts, rights, waiting] = await Promise.all([
    employeeFacts.run(clickhouse, keys, scope), employeeRights.run(clickhouse, keys, scope),
    undecidedRequisitions.run(clickhouse, { facilities: [...new Set(people.flatMap(({ row }) => row.facility ?? []))], step: DECISION, now: toStoreInstant(now) }, scope),
  ])
  return Object.fromEntries(people.map(({ row, object }): [string, PersonFacts] => {
    const fact = facts.find(each => each.id === object.id && each.namespace === object.namespace)
    const here = waiting.filter(each => each.facility === row.facility)
    const named = waiting.filter(each => each.approver === object.id)
    const sum = (all: typeof waiting) => all.reduce((total, each) => total + each.waiting, 0)
    const ids = named.flatMap(each => each.ids)
    return [row.key, {
      person: { id: object.id, to: objectPath(object) }, leftAt: fact?.left_at ?? null, department: fact?.department || null, syncedAt: fact?.synced_at ?? null,
      rights: rights.filter(each => each.employee === object.id && each.namespace === object.namespace && each.revoked === 0).map(each => ({ id: each.right, to: objectPath({ namespace: each.right_namespace, type: 'approval_right', id: each.right }) })),
      named: sum(named) === 0 ? null : { count: sum(named), to: undecidedAt(ids.map(id => ['objectId', id])) },
      undecided: sum(here) === 0 ? null : { count: sum(here), to: undecidedAt([['facility', row.facility ?? '']]) },
    }]
  }))
}

/** The undecided requisitions as rows of the backlog, narrowed. */
const undecidedAt = (more: readonly [string, string][]) => `/backlog?${new URLSearchParams([['step', DECISION], ['objectType', 'purchase_requisition'], ...more])}`

/** Whose decision requisitions wait for; `approver` null: they name nobody. */
export interface ApproverWaiting { approver: string | null; waiting: number; late: number; oldest: string; to: string | null }

/** Approvers with undecided requisitions in these facilities (none: all of the scope), the most late first. */
export async function approversWaiting(stores: Pick<Stores, 'clickhouse'>, scope: Scope, facilities: readonly string[], now: Date): Promise<ApproverWaiting[]> {
  const rows = await undecidedRequisitions.run(stores.clickhouse, { facilities: [...facilities], step: DECISION, now: toStoreInstant(now) }, scope)
  return [...Map.groupBy(rows, row => row.approver)].map(([approver, own]): ApproverWaiting => {
    const ids = own.flatMap(row => row.ids)
    const waiting = own.reduce((sum, row) => sum + row.waiting, 0)
    const to = approver === '' ? null : ids.length === waiting ? undecidedAt(ids.map(id => ['objectId', id])) : null
    return { approver: approver || null, waiting, late: own.reduce((sum, row) => sum + row.late, 0), oldest: own.map(row => row.oldest).sort()[0] ?? '', to }
  }).sort((a, b) => b.late - a.late || b.waiting - a.waiting || (a.oldest < b.oldest ? -1 : 1))
}

/** Beside requisitions on a page, whom they wait for in words, by row key. */
export async function requisitionNotes(stores: Pick<Stores, 'clickhouse'>, scope: Scope, rows: readonly ViewRow[]): Promise<Record<string, string>> {
  const requisitions = rows.flatMap(row => (row.object?.type === 'purchase_requisition' ? [{ row, object: row.object }] : []))
  if (requisitions.length === 0) return {}
  const named = await requisitionApprovers.run(stores.clickhouse, { ids: requisitions.map(({ object }) => object.id), namespaces: [...new Set(requisitions.map(({ object }) => object.namespace))] }, scope)
  return Object.fromEntries(requisitions.flatMap(({ row, object }) => {
    const found = named.find(each => each.object_id === object.id && each.namespace === object.namespace)
    const words = [found?.approver ? `approver ${found.approver}` : null, found?.cost_centre ? `cost centre ${found.cost_centre}` : null].filter(part => part !== null)
    return words.length === 0 ? [] : [[row.key, words.join(', ')] as const]
  }))
}
