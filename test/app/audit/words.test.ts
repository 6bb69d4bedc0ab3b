import { expect, it } from 'vitest'
import { actionWord, actorWords, changeWords } from '#app/audit/words.ts'

it('says known acts in words and makes others readable', () => {
  expect([actionWord('exception.assigned'), actionWord('contract.make_live')]).toEqual(['Assigned', 'Contract make live'])
})

it('says who: people by name, what acts by itself in words, and what is not known as it is recorded', () => {
  const names = new Map([['p1', 'Ada Admin']])
  expect([{ kind: 'person', id: 'p1' }, { kind: 'schedule', id: 'finder' }, { kind: 'schedule', id: 'p1' }, { kind: 'key', id: 'k9' }].map(actor => actorWords(actor, names))).toEqual(['Ada Admin', 'Signalbox, looking for trouble', 'p1', 'k9'])
})

it('tells only what changed, people by name, long values cut', () => {
  const people = new Map([['p1', 'Ada Admin']])
  expect(changeWords({ status: 'open', assignee: null, kept: 1 }, { status: 'open', assignee: 'p1', kept: 1 }, people)).toBe('assignee: nothing → Ada Admin')
  expect(changeWords(null, { resolutionCode: 'other' }, people)).toBe('resolution code: other')
  expect(changeWords(null, { exceptions: ['12', '13'], leftOut: [], by: ['p1'] }, people)).toBe('exceptions: 2 (12, 13); left out: nothing; by: Ada Admin')
  expect(changeWords(null, { text: 'x'.repeat(500) }, people).length).toBeLessThan(140)
  expect([changeWords(null, null, people), changeWords('text', ['list'], people)]).toEqual(['', ''])
})
