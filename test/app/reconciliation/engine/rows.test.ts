import { describe, expect, it } from 'vitest'
import { decideRows, type AnswerRow, type OpenRow, type SetDocument } from '#app/reconciliation/engine/rows.ts'

const SET: SetDocument = {
  id: 'bank-to-payment', sides: [{ id: 'bank' }, { id: 'books' }], tolerances: { absolute: [{ value: '0.05', currency: 'EUR' }], relative: '0', days: 5 }, differences: { short: 'short_payment', over: 'over_payment' },
  rules: [
    { id: 'exact-transfer', pass: 'exact', on: ['transfer'], window: null, autoMatch: true, cap: [] }, { id: 'grouped-transfer', pass: 'grouped', on: ['transfer'], window: null, autoMatch: true, cap: [] },
    { id: 'tolerance-transfer', pass: 'tolerance', on: ['transfer'], window: null, autoMatch: true, cap: [] }, { id: 'suggest-amount', pass: 'suggest', on: ['party'], window: 10, autoMatch: false, cap: [] },
  ],
}
const row = (side: string, id: string, minor: number, links: Record<string, string>, more: Partial<OpenRow> = {}): OpenRow => ({
  item_id: `${side}:${id}`, side, namespace: 'n', object_type: side, object_id: id, line: '', minor: String(minor), sign: 1, currency: 'EUR', account: '', day: '2026-11-01', link_names: Object.keys(links), link_values: Object.values(links),
  counterparty_id: '', counterparty_name: '', facility: 'f', entity: 'e', due_at: '', ...more,
})
const shown = (answers: readonly AnswerRow[]): string[] => answers.map(({ decided, members, differences }) => `${decided ? 'match' : 'suggestion'} ${members.map(({ itemId, used }) => `${itemId}=${used}`).sort().join(' ')}${differences.map(({ reason, minor }) => ` ${reason} ${minor}`).join('')}`)
const decide = (rows: readonly OpenRow[], declined: readonly (readonly [string, string])[] = []): string[] => shown(decideRows(SET, rows, declined))

describe('rows that the set-based passes left', () => {
  it('linked and equal, within tolerance, and linked but different', () => {
    expect(decide([row('bank', 'l1', 100, { transfer: 'T1' }), row('books', 'p1', 100, { transfer: 'T1' })])).toEqual(['match bank:l1=100 books:p1=100'])
    expect(decide([row('bank', 'l1', 10_000, { transfer: 'T1' }), row('books', 'p1', 10_003, { transfer: 'T1' })])).toEqual(['match bank:l1=10000 books:p1=10003 tolerance -3'])
    expect(decide([row('bank', 'l1', 9000, { transfer: 'T1' }), row('books', 'p1', 10_000, { transfer: 'T1' })])).toEqual(['match bank:l1=9000 books:p1=9000 short_payment 1000'])
    expect(decide([row('bank', 'l1', 9000, { transfer: 'T1' }), row('books', 'p1', 5000, { transfer: 'T1' }), row('books', 'p2', 1000, { transfer: 'T1' }, { sign: -1 })])).toEqual(['match bank:l1=4000 books:p1=5000 books:p2=1000 over_payment 5000'])
  })

  it('several equal answers are suggestions, each of them, and nothing is taken', () => {
    const rows = [row('bank', 'l1', 100, { transfer: 'T1' }), row('books', 'p1', 100, { transfer: 'T1' }), row('books', 'p2', 100, { transfer: 'T1' })]
    expect(decide(rows)).toContain('suggestion bank:l1=100 books:p1=100')
    expect(decide(rows)).toContain('suggestion bank:l1=100 books:p2=100')
    expect(decide(rows).some(answer => answer.startsWith('match'))).toBe(false)
    // A person who said no to one of them leaves one answer.
    expect(decide(rows, [['books:p1', 'bank:l1']])).toEqual(['match bank:l1=100 books:p2=100'])
  })

  it('nothing for what no link joins across the sides', () => {
    expect(decide([row('bank', 'l1', 100, { transfer: 'T1' }), row('bank', 'l2', 100, { transfer: 'T1' }), row('books', 'p1', 100, { transfer: 'T2' }), row('books', 'p2', 100, { party: 'T1' })])).toEqual([])
  })
})
