/** PROVISIONAL until branch finding lands. */
import type { Transaction } from 'kysely'
import type { Database } from './schema.ts'
export interface Actor { kind: 'person' | 'key' | 'schedule'; id: string; origin: string }
export interface Act { actor: Actor; action: string; subject: { kind: string; id: string }; before?: unknown; after?: unknown; reason?: string | null; facility?: string | null; entity?: string | null }
export async function recordAct(tx: Transaction<Database>, act: Act): Promise<void> {
  await tx.insertInto('audit_record').values({
    actor_kind: act.actor.kind, actor_id: act.actor.id, origin: act.actor.origin, action: act.action, subject_kind: act.subject.kind, subject_id: act.subject.id,
    before: act.before == null ? null : JSON.stringify(act.before), after: act.after == null ? null : JSON.stringify(act.after), reason: act.reason ?? null, facility: act.facility ?? null, entity: act.entity ?? null,
  }).execute()
}
