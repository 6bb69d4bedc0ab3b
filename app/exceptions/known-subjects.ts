/**
 * Which subjects have an exception, resolved or not, as a set of 52-bit hashes: most objects never have one, and this spares asking
 * PostgreSQL about each of them. A collision costs one look-up more. A million subjects take about 40 MB.
 */
import type { Kysely } from 'kysely'
import { subjectKeysAfter } from '#queries/postgres/exceptions.ts'
import type { Database } from '#queries/postgres/schema.ts'

const PAGE = 20_000

export class KnownSubjects {
  readonly #hashes = new Set<number>()

  /** Reads the subjects of every exception there ever was. */
  static async load(db: Kysely<Database>): Promise<KnownSubjects> {
    const known = new KnownSubjects()
    let after = 0
    for (;;) {
      const rows = await subjectKeysAfter(db, after, PAGE)
      for (const row of rows) known.add(row.subject_key)
      const last = rows.at(-1)
      if (!last || rows.length < PAGE) return known
      after = Number(last.id)
    }
  }

  add(subjectKey: string): void {
    this.#hashes.add(hash52(subjectKey))
  }

  /** False: there is certainly none. */
  mayHave(subjectKey: string): boolean {
    return this.#hashes.has(hash52(subjectKey))
  }
}

/** FNV-1a twice with different offsets, 26 bits of each. */
function hash52(text: string): number {
  let a = 0x811c9dc5
  let b = 0x01000193
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 13)
  }
  return (a >>> 6) * 0x4000000 + (b >>> 6)
}
