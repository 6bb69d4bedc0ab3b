/** The ledger of effects: what was really done in the target systems, one line each, on disk before anything is answered. It deduplicates nothing. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Effect {
  /** RFC 3339 */
  at: string
  commandId: string
  replayId: string
  idempotencyKey: string
  integration: string
  step: string
  objects: { namespace: string; type: string; id: string }[]
}

export interface Ledger {
  append(effect: Effect): void
  /** every effect since the file was begun, in order */
  all(): Effect[]
  close(): void
}

/** Opens a ledger file, which is only ever appended to; a line cut off by a crash is left out when reading. */
export function openLedger(file: string): Ledger {
  mkdirSync(dirname(file), { recursive: true })
  const handle = openSync(file, 'a')
  return {
    append(effect) {
      writeSync(handle, `${JSON.stringify(effect)}\n`)
      fsyncSync(handle)
    },
    all() {
      const lines = readFileSync(file, 'utf8').split('\n')
      return lines.slice(0, -1).map(line => JSON.parse(line) as Effect)
    },
    close() {
      closeSync(handle)
    },
  }
}
