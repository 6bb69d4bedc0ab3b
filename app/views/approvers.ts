/** Approvers: people who left and whose rights still stand, and the decisions that wait for them. */
import { employeeFacts, employeeRights, undecidedRequisitions } from '#queries/clickhouse/views/approvers.ts'
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
export interface PersonFacts { leftAt: string | null; department: string | null; syncedAt: string | null; rights: { id: string; to: string }[]; named: { count: number; to: string } | null; undecided: { count: number; to: string } | null }

/** The facts of the people on a page, by row key. */
export async function personFacts(stores: Pick<Stores, 'clickhouse'>, scope: Scope, rows: readonly ViewRow[]): Promise<Record<string, PersonFacts>> {
  const { clickhouse } = stores
  const people = rows.flatMap(row => (row.object?.type === 'employee' ? [{ row, object: row.object }] : []))
  if (people.length === 0) return {}
  const keys = { ids: [...new Set(people.map(({ object }) => object.id))], namespaces: [...new Set(people.map(({ object }) => object.namespace))] }
  const [facts, rights, waiting] = await Promise.all([
    employeeFacts.run(clickhouse, keys, scope), employeeRights.run(clickhouse, keys, scope),
    undecidedRequisitions.run(clickhouse, { facilities: [...new Set(people.flatMap(({ row }) => row.facility ?? []))], step: DECISION }, scope),
  ])
  return Object.fromEntries(people.map(({ row, object }): [string, PersonFacts] => {
    const fact = facts.find(each => each.id === object.id && each.namespace === object.namespace)
    const here = waiting.filter(each => each.facility === row.facility)
    const named = waiting.filter(each => each.approver === object.id)
    const sum = (all: typeof waiting) => all.reduce((total, each) => total + each.waiting, 0)
    const ids = named.flatMap(each => each.ids)
    const backlog = (more: readonly (readonly [string, string])[]) => `/backlog?${new URLSearchParams([['step', DECISION], ['objectType', 'purchase_requisition'], ...more.map(([name, value]) => [name, value])])}`
    return [row.key, {
      leftAt: fact?.left_at ?? null, department: fact?.department || null, syncedAt: fact?.synced_at ?? null,
      rights: rights.filter(each => each.employee === object.id && each.namespace === object.namespace && each.revoked === 0).map(each => ({ id: each.right, to: objectPath({ namespace: each.right_namespace, type: 'approval_right', id: each.right }) })),
      named: sum(named) === 0 ? null : { count: sum(named), to: backlog(ids.map(id => ['objectId', id] as const)) },
      undecided: sum(here) === 0 ? null : { count: sum(here), to: backlog([['facility', row.facility ?? '']]) },
    }]
  }))
}
