/** When which object must be judged again: a heap of due times with one entry in force per object. */
import { objectKey, objectOfKey } from '#queries/clickhouse/finding/types.ts'
import type { ObjectRef } from '#queries/model/event.ts'

/**
 * Due times of objects. Setting an object's time replaces its earlier one; replaced entries are dropped when they surface. Kept lean for a
 * million objects: per object one text (its key, shared by heap and map) and two numbers.
 */
export class Schedule {
  /** the heap: times, and beside them the keys */
  readonly #times: number[] = []
  readonly #keys: string[] = []
  readonly #inForce = new Map<string, number>()

  get size(): number {
    return this.#inForce.size
  }

  /** Sets when an object is due (epoch ms), or null for never. */
  set(ref: ObjectRef, at: number | null): void {
    const key = objectKey(ref)
    if (at === null) {
      this.#inForce.delete(key)
      return
    }
    if (this.#inForce.get(key) === at) return
    this.#inForce.set(key, at)
    this.#times.push(at)
    this.#keys.push(key)
    this.#up(this.#times.length - 1)
  }

  /** Sets when an object is due unless it is due before that anyway. */
  sooner(ref: ObjectRef, at: number): void {
    const known = this.#inForce.get(objectKey(ref))
    if (known === undefined || known > at) this.set(ref, at)
  }

  /** The earliest due time; null if nothing is due ever. */
  next(): number | null {
    for (;;) {
      const [at, key] = [this.#times[0], this.#keys[0]]
      if (at === undefined || key === undefined) return null
      if (this.#inForce.get(key) === at) return at
      this.#removeTop()
    }
  }

  /** Takes up to `limit` objects that are due at `now`. */
  take(now: number, limit: number): ObjectRef[] {
    const taken: ObjectRef[] = []
    while (taken.length < limit) {
      const at = this.next()
      const key = this.#keys[0]
      if (at === null || at > now || key === undefined) break
      this.#removeTop()
      this.#inForce.delete(key)
      taken.push(objectOfKey(key))
    }
    return taken
  }

  #removeTop(): void {
    const [at, key] = [this.#times.pop(), this.#keys.pop()]
    if (at === undefined || key === undefined || this.#times.length === 0) return
    this.#times[0] = at
    this.#keys[0] = key
    this.#down(0)
  }

  #up(start: number): void {
    let index = start
    while (index > 0) {
      const parent = (index - 1) >> 1
      if (!this.#swapIfEarlier(index, parent)) return
      index = parent
    }
  }

  #down(start: number): void {
    let index = start
    for (;;) {
      const left = 2 * index + 1
      const right = left + 1
      const child = (this.#times[right] ?? Infinity) < (this.#times[left] ?? Infinity) ? right : left
      if (!this.#swapIfEarlier(child, index)) return
      index = child
    }
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const [a, b, keyA, keyB] = [this.#times[child], this.#times[parent], this.#keys[child], this.#keys[parent]]
    if (a === undefined || b === undefined || keyA === undefined || keyB === undefined || a >= b) return false
    this.#times[child] = b
    this.#times[parent] = a
    this.#keys[child] = keyB
    this.#keys[parent] = keyA
    return true
  }
}
