/**
 * What this process knows of identities without asking the store: those it saw lately, and those that are being written now. It only
 * saves look-ups; a writer that has forgotten everything decides the same.
 */

export interface Identities {
  /** content hash of a key that was seen stored lately */
  recent(key: string): string | undefined
  /** books keys that are stored as a whole */
  remember(keys: Iterable<readonly [string, string]>): void
  /**
   * Takes the keys for one batch: resolves when no other batch has any of them in flight. Keys taken must be released, whether the batch
   * was written or not.
   */
  claim(keys: readonly string[]): Promise<Claim>
}
export interface Claim { release(): void }

/** Identities of one process, `capacity` recent ones (some 150 bytes each). */
export function createIdentities(capacity: number): Identities {
  const recent = new Map<string, string>()
  const inFlight = new Map<string, Promise<void>>()
  return {
    recent: key => recent.get(key),
    remember(keys) {
      for (const [key, contentHash] of keys) {
        recent.delete(key)
        recent.set(key, contentHash)
      }
      for (const key of recent.keys()) {
        if (recent.size <= capacity) break
        recent.delete(key)
      }
    },
    async claim(keys) {
      for (;;) {
        const others = new Set(keys.flatMap(key => inFlight.get(key) ?? []))
        if (others.size === 0) break
        await Promise.all(others)
      }
      // from here to the last set() nothing else runs: whoever finds none in flight has them all
      const { promise, resolve } = Promise.withResolvers<void>()
      for (const key of keys) inFlight.set(key, promise)
      return {
        release() {
          for (const key of keys) inFlight.delete(key)
          resolve()
        },
      }
    },
  }
}
