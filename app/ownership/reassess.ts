/**
 * Brings severity and owner of what is open to what the rules say now, from the facts kept with each exception: no history is read, and
 * only rows that change are written. The same again changes nothing.
 */
import type { ObjectRef } from '#queries/model/event.ts'
import type { ExceptionKind } from '#queries/model/exception.ts'
import { recordActs } from '#queries/postgres/audit.ts'
import { addHistory, lockExceptions, unresolvedAfter, updateExceptions } from '#queries/postgres/exceptions.ts'
import type { AssessedRow, ExceptionRow } from '#queries/postgres/exceptions.ts'
import { openWaits } from '#queries/postgres/waits.ts'
import type { Stores } from '#queries/stores.ts'
import { project } from '../exceptions/project.ts'
import { auditOf, FINDER, reassessments } from '../exceptions/settle.ts'
import { assess, type Assessment, type AssessmentRules } from './assess.ts'
import { factsOfRow } from './facts.ts'

const ROWS_AT_ONCE = 5_000
/** Rows locked and written in one transaction. */
const CHANGES_AT_ONCE = 1_000

interface ReassessOptions {
  /** only exceptions of this kind; null: all */
  kind: ExceptionKind | null
  /** told when an object must be judged again because a rule begins to hold then (epoch ms) */
  onMoment: (ref: ObjectRef, at: number) => void
}

/** Judges every unresolved exception anew; resolves to how many changed, committed and projected. */
export async function reassess(stores: Stores, rules: AssessmentRules, now: number, { kind, onMoment }: ReassessOptions): Promise<number> {
  // while somebody is waited for, severity stands as it was when the wait began, as in evaluation
  const waiting = await openWaits(stores.postgres)
  const atOf = (row: { id: number }) => Math.min(now, waiting.get(Number(row.id)) ?? now)
  let changed = 0
  for (let after = 0; ; ) {
    const rows = await unresolvedAfter(stores.postgres, after, ROWS_AT_ONCE, 'all', kind)
    const last = rows.at(-1)
    if (!last) return changed
    const differing: number[] = []
    for (const row of rows) {
      const facts = factsOfRow(row)
      if (differs(row, assess(facts, rules, atOf(row)))) differing.push(Number(row.id))
      const moment = rules.severity.nextChange(facts, now)
      const ref = refOf(row)
      if (moment !== null && ref) onMoment(ref, moment)
    }
    for (let from = 0; from < differing.length; from += CHANGES_AT_ONCE) {
      const updated = await write(stores, rules, atOf, differing.slice(from, from + CHANGES_AT_ONCE))
      await project(stores, updated)
      changed += updated.length
    }
    after = Number(last.id)
  }
}

/** True where the rules now say something else than what is kept. */
export function differs(row: Pick<AssessedRow, 'severity' | 'severity_reasons' | 'owner' | 'rules'>, said: Assessment): boolean {
  return row.severity !== said.severity || row.owner !== said.owner || !equal(row.severity_reasons, said.severityReasons) || !equal(row.rules, said.rules)
}

const equal = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((each, index) => each === b[index])

/** The object whose history the finder judges for this exception: a technical failure's is its integration. Rejected input has none. */
function refOf(row: AssessedRow): ObjectRef | null {
  if (row.kind === 'rejected') return null
  if (row.object_type !== null) return { namespace: row.namespace ?? '', type: row.object_type, id: row.object_id ?? '' }
  return row.integration === null ? null : { namespace: '', type: '', id: row.integration }
}

async function write(stores: Stores, rules: AssessmentRules, atOf: (row: { id: number }) => number, ids: readonly number[]): Promise<ExceptionRow[]> {
  return await stores.postgres.transaction().execute(async tx => {
    const before = new Map((await lockExceptions(tx, ids, 'all')).filter(row => row.status !== 'resolved').map(row => [Number(row.id), row]))
    const updated = await updateExceptions(tx, [...before].map(([id, row]) => {
      const said = assess(factsOfRow(row), rules, atOf(row))
      return { id, columns: { severity: said.severity, severity_reasons: said.severityReasons, owner: said.owner, rules: said.rules } }
    }))
    const told = updated.flatMap(row => {
      const was = before.get(Number(row.id))
      return was ? reassessments(was, row) : []
    })
    await addHistory(tx, FINDER, told.map(({ row, act, detail }) => ({ exceptionId: Number(row.id), act, detail })))
    await recordActs(tx, FINDER, told.map(({ row, act, detail }) => auditOf(`exception.${act}`, row, null, detail)))
    return updated
  })
}
