import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextReplayState, REPLAY_EVENTS, REPLAY_STATES, REPLAY_TRANSITIONS, statesBefore, wholeState, type ReplayEvent, type ReplayState } from '#queries/model/replay.ts'

const events = fc.array(fc.constantFrom(...REPLAY_EVENTS), { maxLength: 40 })

function walk(from: ReplayState, path: readonly ReplayEvent[]): { states: ReplayState[]; taken: { from: ReplayState; event: ReplayEvent; to: ReplayState }[] } {
  const states = [from]
  const taken = []
  for (const event of path) {
    const state = states.at(-1)!
    const to = nextReplayState(state, event)
    if (!to) continue
    states.push(to)
    taken.push({ from: state, event, to })
  }
  return { states, taken }
}

describe('the states of a replay item', () => {
  test('an event leads wherever it applies to one and the same state', () => {
    for (const event of REPLAY_EVENTS) {
      const reached = new Set(statesBefore(event).map(state => nextReplayState(state, event)))
      expect(reached.size, event).toBe(1)
    }
  })

  test('every state is reached from requested', () => {
    const reached = new Set<ReplayState>(['requested'])
    for (const state of reached) for (const to of Object.values(REPLAY_TRANSITIONS[state])) reached.add(to)
    expect([...reached].toSorted()).toEqual([...REPLAY_STATES].toSorted())
  })

  test('in any order of events: nothing is dispatched twice unless it certainly was not sent, and never without approval that was asked for', () => {
    fc.assert(fc.property(events, path => {
      const { taken } = walk('requested', path)
      let mayBeOut = false
      let asked = false
      for (const step of taken) {
        if (step.event === 'ask') asked = true
        if (step.event === 'approve') asked = false
        if (step.event === 'dispatch') {
          expect(mayBeOut).toBe(false)
          expect(asked).toBe(false)
          mayBeOut = true
        }
        if (step.event === 'not_sent') mayBeOut = false
      }
    }), { numRuns: 2000 })
  })

  test('what has ended stays ended, and unknown ends only by an answer or the milestone', () => {
    const ends: ReplayState[] = ['rejected', 'verified', 'refused', 'failed', 'cancelled', 'expired']
    fc.assert(fc.property(fc.constantFrom(...ends), events, (end, path) => {
      expect(walk(end, path).states).toEqual([end])
    }))
    fc.assert(fc.property(events, path => {
      const [first] = walk('unknown', path).taken
      if (first) expect(['accept', 'complete', 'refuse', 'fail', 'verify']).toContain(first.event)
    }))
  })

  test('applying an event twice is applying it once', () => {
    fc.assert(fc.property(fc.constantFrom(...REPLAY_STATES), fc.constantFrom(...REPLAY_EVENTS), (state, event) => {
      const once = nextReplayState(state, event)
      if (once && event !== 'approve' && event !== 'not_sent') expect(nextReplayState(once, event)).toBeNull()
    }))
  })
})

test('the state of the whole says first what is still to be done, then the worst end', () => {
  expect(wholeState([])).toBe('preflighted')
  expect(wholeState(['preflighted', 'preflighted'])).toBe('preflighted')
  expect(wholeState(['preflighted', 'verified'])).toBe('dispatched')
  expect(wholeState(['verified', 'dispatched', 'unknown'])).toBe('dispatched')
  expect(wholeState(['verified', 'unknown', 'failed'])).toBe('unknown')
  expect(wholeState(['verified', 'completed'])).toBe('completed')
  expect(wholeState(['verified', 'cancelled'])).toBe('verified')
})
