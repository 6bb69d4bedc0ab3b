/** Planted cases that only another object explains: they must hang together as told. */
import { expect, test } from 'vitest'
import { plantingOf } from '#seeds/history/generate.ts'

test.each(['2026-11-20T14:30:00Z', '2026-11-21T05:37:22Z', '2026-11-23T08:00:00Z'])('requisitions are routed to somebody who had left by then and could still approve: until %s', text => {
  const until = new Date(text)
  const { items, truth } = plantingOf({ seed: 3, until })
  const events = items.flatMap(item => (item.kind === 'event' ? [{ at: item.at, ...item.event }] : []))
  const of = (id: string, type: string) => events.filter(event => event.type === type && event.data.objects?.some(object => object.id === id))
  const [person] = new Set(truth.routedToLeavers.map(row => row.person))
  const [left] = of(person ?? '', 'hr.employee.left')
  expect(of(person ?? '', 'identity.approval_right.revoked').filter(event => event.at <= until.getTime())).toEqual([])
  expect(truth.routedToLeavers.map(row => row.late)).toEqual([true, false, true, true])
  for (const { requisition } of truth.routedToLeavers) {
    const [raised] = of(requisition, 'procurement.purchase_requisition.raised')
    expect(raised?.data.attributes).toMatchObject({ approver: person })
    expect(raised?.at).toBeGreaterThan(left?.at ?? Infinity)
    expect(of(requisition, 'procurement.purchase_requisition.approved').filter(event => event.at <= until.getTime())).toEqual([])
  }
  // the twins: one was decided before, one is somebody else's by now
  const misses = new Map(truth.nearMisses.filter(miss => miss.caseKind === 'approval-waits-for-leaver').map(miss => [miss.twin, miss.object?.id ?? '']))
  const [decided] = of(misses.get('decided before the approver left') ?? '', 'procurement.purchase_requisition.approved')
  expect([decided?.data.attributes?.['approver'], (decided?.at ?? Infinity) < (left?.at ?? 0)]).toEqual([person, true])
  const taken = misses.get('a substitute has taken over') ?? ''
  expect(['procurement.purchase_requisition.raised', 'procurement.budget.checked'].map(type => of(taken, type)[0]?.data.attributes?.['approver'])).toEqual([person, 'E-3100'])
})

test('two orders alike but for the shelf that waits for one: the truth tells them apart, and the order names its shelf', () => {
  const { items, truth } = plantingOf({ seed: 3, until: new Date('2026-11-20T14:30:00Z') })
  const said = (kind: string) => truth.cases.filter(row => row.caseKind === kind)
  expect([said('order-for-empty-shelf').map(row => row.severity), said('order-no-shelf-waits').map(row => row.severity)]).toEqual([['critical', 'critical'], ['high', 'high']])
  for (const { object } of said('order-for-empty-shelf')) {
    const created = items.flatMap(item => (item.kind === 'event' && item.event.type === 'procurement.purchase_order.created' && item.event.data.objects?.[0]?.id === object?.id ? [item.event] : []))
    expect(created.map(event => event.data.objects?.map(each => each.type))).toEqual([['purchase_order', 'stock_level', 'item']])
  }
})
