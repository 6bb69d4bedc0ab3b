/** How long each step took, and how many events it saw. */

export const STEPS = ['decode', 'verify', 'contract', 'redact', 'normalise', 'relate', 'deduplicate', 'write'] as const
export type Step = (typeof STEPS)[number]
export type StepTimes = Record<Step, { events: number; milliseconds: number }>

export interface Timers {
  /** runs `work` and books its time, and `events` of them, to the step */
  time<T>(step: Step, events: number, work: () => T): T
  timeAsync<T>(step: Step, events: number, work: () => Promise<T>): Promise<T>
  /** sums since the start */
  read(): StepTimes
}

/** Timers of one ingest process. */
export function createTimers(): Timers {
  const times = Object.fromEntries(STEPS.map(step => [step, { events: 0, milliseconds: 0 }])) as StepTimes
  const book = (step: Step, events: number, since: number) => {
    times[step].events += events
    times[step].milliseconds += performance.now() - since
  }
  return {
    time(step, events, work) {
      const since = performance.now()
      try {
        return work()
      } finally {
        book(step, events, since)
      }
    },
    async timeAsync(step, events, work) {
      const since = performance.now()
      try {
        return await work()
      } finally {
        book(step, events, since)
      }
    },
    read: () => structuredClone(times),
  }
}
