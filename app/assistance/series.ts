/** What an integration moved per hour as sums from the beginning, so that any stretch costs one subtraction. Pure. */

/** Hours in which something moved, in no order; arrays of equal length. */
export interface MovedHours { hours: readonly number[]; moves: readonly number[]; durations: readonly number[]; logs: readonly number[] }

export class HourSeries {
  /** first hour that is told, and the hour after the last */
  readonly from: number
  readonly to: number
  /** the first hour in which anything moved; `to` where nothing ever did */
  readonly begins: number
  readonly #moves: Float64Array
  readonly #durations: Float64Array
  readonly #logs: Float64Array

  /** Hours outside [from, to) are left out. */
  constructor(from: number, to: number, moved: MovedHours) {
    this.from = from
    this.to = to
    const length = to - from
    const [moves, durations, logs] = [new Float64Array(length + 1), new Float64Array(length + 1), new Float64Array(length + 1)]
    let begins = to
    moved.hours.forEach((hour, index) => {
      if (hour < from || hour >= to) return
      begins = Math.min(begins, hour)
      const at = hour - from + 1
      moves[at] = (moves[at] ?? 0) + (moved.moves[index] ?? 0)
      durations[at] = (durations[at] ?? 0) + (moved.durations[index] ?? 0)
      logs[at] = (logs[at] ?? 0) + (moved.logs[index] ?? 0)
    })
    for (let at = 1; at <= length; at++) {
      for (const sums of [moves, durations, logs]) sums[at] = (sums[at] ?? 0) + (sums[at - 1] ?? 0)
    }
    this.begins = begins
    this.#moves = moves
    this.#durations = durations
    this.#logs = logs
  }

  /** Moves in [from, to) of epoch hours. */
  moves(from: number, to: number): number {
    return this.#between(this.#moves, from, to)
  }

  /** Moves in [from, to) that say how long they took. */
  durations(from: number, to: number): number {
    return this.#between(this.#durations, from, to)
  }

  /** The mean binary logarithm of the milliseconds in [from, to); null where no move says how long it took. 2 to its power is the geometric mean. */
  meanLog(from: number, to: number): number | null {
    const count = this.durations(from, to)
    return count === 0 ? null : this.#between(this.#logs, from, to) / count
  }

  /** The last hour before `before` in which something moved; null if there is none. */
  lastMove(before: number): number | null {
    for (let hour = before - 1; hour >= this.begins; hour--) if (this.moves(hour, hour + 1) > 0) return hour
    return null
  }

  #between(sums: Float64Array, from: number, to: number): number {
    const index = (hour: number): number => Math.min(Math.max(hour - this.from, 0), this.to - this.from)
    return (sums[index(to)] ?? 0) - (sums[index(from)] ?? 0)
  }
}
