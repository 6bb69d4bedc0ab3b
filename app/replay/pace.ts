/** How fast, and whether at all, commands go to a target: a rate, and a pause after a delivery that went wrong. */
import type { Delivery, ReplayTarget } from './targets.ts'

const FIRST_HOLD = 5_000
const LONGEST_HOLD = 10 * 60_000

/**
 * After a delivery without a known end the target is left alone: the other 300 items must not become unknown one after the other.
 * The pause doubles with each bad delivery in a row and ends with the first good one.
 */
export class Pace {
  readonly #targets = new Map<string, { nextAt: number; heldUntil: number; bad: number }>()

  /** Ms to wait from `now` until the next command may leave; takes the slot. */
  takeSlot(target: ReplayTarget, now: number): number {
    const state = this.#of(target.name)
    const at = Math.max(now, state.nextAt)
    state.nextAt = at + 1000 / target.ratePerSecond
    return at - now
  }

  /** Learns from a delivery; answers until when (epoch ms) this target rests, 0 if it does not. */
  learn(name: string, delivery: Delivery, now: number): number {
    const state = this.#of(name)
    if (delivery.outcome === 'delivered' || delivery.outcome === 'refused') {
      state.bad = 0
      state.heldUntil = 0
      return 0
    }
    const asked = delivery.outcome === 'not_sent' ? delivery.retryAfterMs : null
    state.heldUntil = Math.max(state.heldUntil, now + Math.min(LONGEST_HOLD, asked ?? FIRST_HOLD * 2 ** state.bad))
    state.bad += 1
    return state.heldUntil
  }

  /** Names of the targets that rest at `now`. */
  held(now: number): string[] {
    return [...this.#targets].filter(([, state]) => state.heldUntil > now).map(([name]) => name)
  }

  /** When the first of the resting targets may be tried again; null if none rests. */
  nextRelease(now: number): number | null {
    const ends = [...this.#targets.values()].map(state => state.heldUntil).filter(end => end > now)
    return ends.length === 0 ? null : Math.min(...ends)
  }

  #of(name: string) {
    let state = this.#targets.get(name)
    if (!state) this.#targets.set(name, (state = { nextAt: 0, heldUntil: 0, bad: 0 }))
    return state
  }
}
