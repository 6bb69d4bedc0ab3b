/** Digests: one row of the outbox per policy, recipient and local day, planned when its hour has come, whatever was down meanwhile. */
import type { Policy } from '#queries/catalogue/schema.ts'
import { addOutboxRows, type NewOutboxRow } from '#queries/postgres/outbox.ts'
import { moveSchedule, scheduleSeen } from '#queries/postgres/sla.ts'
import { lastDigest, nextDigest, type DigestTimes } from './local-time.ts'
import { activePolicies, type PlannerContext } from './planner.ts'
import { recipientsOf, type Recipient } from './recipients.ts'

const NAME = 'digests'
/** How old the note of the last look may grow while nothing is due. */
const NOTE_EVERY_MS = 600_000

/** When a recipient gets a policy's digest: at the policy's hour, or at the recipient's own. */
export function digestTimes(policy: Policy, recipient: Pick<Recipient, 'preference'>): DigestTimes | null {
  return policy.digest && { every: policy.digest.every, weekday: policy.digest.weekday, at: recipient.preference.digestAt ?? policy.digest.at }
}

function schedules({ directory }: PlannerContext): { policy: Policy; recipient: Recipient; times: DigestTimes }[] {
  return activePolicies(directory.catalogue).flatMap(policy => (policy.digest === null ? [] : recipientsOf(directory, policy, policy.to, null, true).flatMap(recipient => {
    const times = digestTimes(policy, recipient)
    return times ? [{ policy, recipient, times }] : []
  })))
}

/** Plans the digests whose hour lies between the last look and now; of several missed ones the last. */
export async function planDigests(context: PlannerContext): Promise<number> {
  const { stores: { postgres }, now } = context
  const seen = (await scheduleSeen(postgres, NAME, new Date(now))).getTime()
  if (seen >= now) return 0
  const rows = schedules(context).flatMap(({ policy, recipient, times }): NewOutboxRow[] => {
    const due = lastDigest(times, recipient.zone, seen, now)
    return due ? [{ channel: recipient.channel, kind: 'digest', policy: policy.id, recipient: recipient.key, name: recipient.name, address: recipient.address, dedupeKey: `digest/${policy.id}/${recipient.key}/${due.day}`, nextAt: new Date(now) }] : []
  })
  if (rows.length === 0 && now - seen < NOTE_EVERY_MS) return 0
  return await postgres.transaction().execute(async tx => {
    const made = await addOutboxRows(tx, rows)
    await moveSchedule(tx, NAME, new Date(now))
    return made.length
  })
}

/** When the next digest of anybody is due (epoch ms); null if there are none. */
export function nextDigestAt(context: PlannerContext): number | null {
  const times = schedules(context).map(({ recipient, times: when }) => nextDigest(when, recipient.zone, context.now).at)
  return times.length === 0 ? null : Math.min(...times)
}
