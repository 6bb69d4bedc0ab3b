/** When which object must be judged again: a heap of due times with one entry in force per object. */
import { objectKey } from '#queries/clickhouse/finding/types.ts'
import type { ObjectRef } from '#queries/model/event.ts'

interface Entry { at: number; key: string }

/** Due times of objects. Setting an object's time replaces its earlier one; replaced entries are dropped when they surface. */
export class Schedule {
  readonly #heap: Entry[] = []
  readonly #inForce = new Map<string, { at: number; ref: ObjectRef }>()

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
    if (this.#inForce.get(key)?.at === at) return
    this.#inForce.set(key, { at, ref: { namespace: ref.namespace, type: ref.type, id: ref.id } })
    this.#heap.push({ at, key })
    this.#up(this.#heap.length - 1)
  }

  /** Sets when an object is due unless it is due before that anyway. */
  sooner(ref: ObjectRef, at: number): void {
    const known = this.#inForce.get(objectKey(ref))
    if (!known || known.at > at) this.set(ref, at)
  }

  /** The earliest due time; null if nothing is due ever. */
  next(): number | null {
    for (;;) {
      const top = this.#heap[0]
      if (!top) return null
      if (this.#inForce.get(top.key)?.at === top.at) return top.at
      this.#removeTop()
    }
  }

  /** Takes up to `limit` objects that are due at `now`. */
  take(now: number, limit: number): ObjectRef[] {
    const taken: ObjectRef[] = []
    while (taken.length < limit) {
      const at = this.next()
      const top = this.#heap[0]
      if (at === null || at > now || !top) break
      const entry = this.#inForce.get(top.key)
      this.#removeTop()
      this.#inForce.delete(top.key)
      if (entry) taken.push(entry.ref)
    }
    return taken
  }

  #removeTop(): void {
    const last = this.#heap.pop()
    if (!last || this.#heap.length === 0) return
    this.#heap[0] = last
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
      const child = (this.#heap[right]?.at ?? Infinity) < (this.#heap[left]?.at ?? Infinity) ? right : left
      if (!this.#swapIfEarlier(child, index)) return
      index = child
    }
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const a = this.#heap[child]
    const b = this.#heap[parent]
    if (!a || !b || a.at >= b.at) return false
    this.#heap[child] = b
    this.#heap[parent] = a
    return true
  }
}
