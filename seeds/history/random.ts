/**
 * A small seeded generator of random numbers: sfc32 (Chris Doty-Humphrey, PractRand; public domain), seeded from any number of words
 * by an FNV-1a hash. Every story has its own generator, so that one story never changes the next and any day can be made again alone.
 */

/** 32-bit FNV-1a over the parts, with `salt` for independent lanes. */
export function hash32(salt: number, ...parts: readonly (string | number)[]): number {
  let hash = (0x811c9dc5 ^ Math.imul(salt + 1, 0x9e3779b1)) >>> 0
  for (const part of parts) {
    const text = String(part)
    for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
    hash = Math.imul(hash ^ 0x1f, 0x01000193)
  }
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x7feb352d)
  hash ^= hash >>> 15
  return hash >>> 0
}

/** A deterministic source of random values; the same parts give the same sequence for ever. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(...parts: readonly (string | number)[]) {
    this.#a = hash32(1, ...parts)
    this.#b = hash32(2, ...parts)
    this.#c = hash32(3, ...parts)
    for (let round = 0; round < 12; round++) this.uint32()
  }

  /** A whole number in [0, 2^32). */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum | 0
    return sum >>> 0
  }

  /** A number in [0, 1). */
  unit(): number {
    return this.uint32() / 4294967296
  }

  /** A whole number in [low, high], both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1))
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + this.unit() * (high - low)
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.unit() < probability
  }

  /** One of the list. Throws RangeError for an empty list. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('nothing to pick from')
    return list[Math.floor(this.unit() * list.length)] as T
  }

  /** A log-normal value with the given median; `sigma` is the standard deviation of its logarithm. */
  logNormal(median: number, sigma: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.unit()))
    return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * this.unit()))
  }

  /** `words` × 8 lower-case hexadecimal digits. */
  hex(words: number): string {
    let text = ''
    for (let word = 0; word < words; word++) text += this.uint32().toString(16).padStart(8, '0')
    return text
  }
}
