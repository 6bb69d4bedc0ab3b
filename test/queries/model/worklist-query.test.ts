/** The worklist's address: what it asks for, and the form in which a view keeps it. */
import { expect, test } from 'vitest'
import { FilterError } from '#queries/model/filter.ts'
import { normalWorklistQuery, readWorklistQuery } from '#queries/model/worklist-query.ts'

const reader = { me: 'p-1', now: new Date('2026-11-21T12:00:00Z') }
const read = (query: string) => readWorklistQuery(new URLSearchParams(query), reader)

test('`me` and `now` are the reader\'s, and stay as written in the address', () => {
  const asked = read('dueBefore=now%2B8h&assignee=me&detectedFrom=now-7d&from=now')
  expect(asked.filter).toMatchObject({ assignee: ['p-1'], dueBefore: '2026-11-21T20:00:00.000Z', detectedFrom: '2026-11-14T12:00:00.000Z', from: '2026-11-21T12:00:00.000Z' })
  expect(asked.given.toString()).toBe('assignee=me&from=now&dueBefore=now%2B8h&detectedFrom=now-7d')
  expect(read('assignee=').filter.assignee).toEqual([''])
})

test('the kept form has names in order, without page, view, and what is usual anyway', () => {
  expect(normalWorklistQuery('view=7&sort=severity&cursor=x&lines=group&severity=high&kind=failed&q=&cols=owner&cols=money&limit=20')).toBe('kind=failed&severity=high&cols=money%2Cowner')
  expect(normalWorklistQuery('cols=owner,sla,age,money')).toBe('')
  expect(normalWorklistQuery('status=open&status=acknowledged&status=waiting&status=ignored&environment=production&assignee=me')).toBe('assignee=me')
  expect(normalWorklistQuery(normalWorklistQuery('lines=single&kind=failed'))).toBe('kind=failed&lines=single')
})

test('what is not known is refused by name', () => {
  for (const query of ['colour=red', 'cols=colour', 'dueBefore=soon', 'dueBefore=now%2B8y', 'lines=twice', 'limit=0', 'view=1&view=2']) expect(() => read(query), query).toThrow(FilterError)
})
