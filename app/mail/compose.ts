/**
 * What a row of the outbox has to say right now. Numbers come from the definitions that the pages use, with the recipient's scope, and
 * each links to the list that shows the same number; what closed since it was planned is left out.
 */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Policy } from '#queries/catalogue/schema.ts'
import { awaitedSteps, type AwaitedStep } from '#queries/clickhouse/backlog/warned.ts'
import { countExceptions, countExceptionsBy } from '#queries/clickhouse/exceptions/figures.ts'
import { listLines } from '#queries/clickhouse/exceptions/lines.ts'
import { listExceptions } from '#queries/clickhouse/exceptions/list.ts'
import { matchingExceptions } from '#queries/clickhouse/exceptions/matching.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import type { ExceptionFilter } from '#queries/model/filter.ts'
import { lastDigestSent, type OutboxRow } from '#queries/postgres/outbox.ts'
import { exceptionsForNotice, noticesOf, type NoticeOfMail } from '#queries/postgres/sla.ts'
import type { Stores } from '#queries/stores.ts'
import { z } from 'zod'
import { facilityName, stepName } from '../exceptions/labels.ts'
import { lineTitle } from '../exceptions/worklist.ts'
import { durationWords } from '../sla/durations.ts'
import { noticeFilter, policyFilter } from '../sla/planner.ts'
import type { Recipient } from '../sla/recipients.ts'
import { warningSubject, warns } from '../sla/warnings.ts'
import { exceptionLink, objectLink, preferencesLink, unsubscribeLink, worklistLink, type MailLinks } from './links.ts'
import { MAIL_ROWS, type MailFigure, type MailModel, type MailRow } from './model.ts'
import { composeWebhookOff } from './webhook-off.ts'
import { countWords, moneyWords, plainLine, subjectLine } from './words.ts'

export interface ComposeContext { stores: Stores; catalogue: Catalogue; links: MailLinks; now: Date }
/** `model` null: nothing is left to say. `leftOut`: notices that the mail does not carry, and why. */
export interface Composed { model: MailModel | null; leftOut: ReadonlyMap<number, string> }

/** Pages of 200 exceptions read at most to find the groups of a mail. */
const PAGES = 5
/** Exceptions that a preview takes for new. */
const PREVIEWED = 20
const detailShape = z.object({ object: z.object({ namespace: z.string(), type: z.string(), id: z.string() }), process: z.string(), expectation: z.string(), anchorAt: z.number() })

/** Works out what the row says. Throws what the stores throw. */
export async function compose(context: ComposeContext, policy: Policy | null, recipient: Recipient, row: Pick<OutboxRow, 'id' | 'kind' | 'policy' | 'recipient' | 'about'>): Promise<Composed> {
  if (row.kind === 'webhook_off') return { model: await composeWebhookOff(context, recipient, row.about ?? ''), leftOut: new Map() }
  if (policy === null) return { model: null, leftOut: new Map() }
  if (row.kind === 'digest') return { model: await composeDigest(context, policy, recipient, row), leftOut: new Map() }
  if (row.kind === 'test') return { model: await composePreview(context, policy, recipient), leftOut: new Map() }
  return await composeNotice(context, policy, recipient, await noticesOf(context.stores.postgres, row.id))
}

/** What the policy would say to this recipient right now, as if the most severe of what is open had just come up; a policy with a digest only shows that. */
export async function composePreview(context: ComposeContext, policy: Policy, recipient: Recipient): Promise<MailModel | null> {
  const occasion = policy.when.opened ? 'opened' : policy.when.breach ? 'breach' : policy.escalations.length > 0 ? 'escalation:1' : null
  if (occasion === null || policy.digest) return await composeDigest(context, policy, recipient, null)
  const { items } = await listExceptions(context.stores.clickhouse, { ...noticeFilter(policy), sort: 'severity' }, { limit: PREVIEWED }, recipient.scope)
  const { model } = await composeNotice(context, policy, recipient, items.map((item, index) => ({ id: index, exceptionId: Number(item.id), occasion, detail: null })))
  return model && { ...model, kind: 'test' }
}

async function composeNotice(context: ComposeContext, policy: Policy, recipient: Recipient, notices: readonly NoticeOfMail[]): Promise<Composed> {
  const { stores, now } = context
  const filter = policyFilter(policy)
  const told = await stillTrue(context, policy, recipient, noticeFilter(policy), notices)
  const awaited = await stillAwaited(context, filter, notices)
  const ids = [...told.keys()]
  const leftOut = new Map(notices.flatMap((notice): [number, string][] => {
    if (notice.exceptionId === null) return awaited.some(step => warningKey(step) === detailKey(notice)) ? [] : [[notice.id, 'It is done, late or no longer awaited']]
    return told.has(String(notice.exceptionId)) ? [] : [[notice.id, 'It was closed, taken or changed before the mail left']]
  }))
  if (ids.length + awaited.length === 0) return { model: null, leftOut }
  const [open, late, mine] = await Promise.all([
    countExceptions(stores.clickhouse, filter, recipient.scope),
    countExceptions(stores.clickhouse, lateFilter(filter, now), recipient.scope),
    countExceptions(stores.clickhouse, filter, recipient.scope, ids),
  ])
  const rows = await noticeRows(context, filter, recipient, ids)
  const steps = awaited.map(step => awaitedRow(context, step))
  const occasions = new Set([...told.values()].flatMap(list => list))
  const first = rows[0]
  const words = noticeWords(policy, { ids: ids.length, awaited: awaited.length, occasions, first, groups: rows.length, money: moneyWords(mine.money), awaitedFirst: steps[0]?.title ?? null })
  return {
    leftOut,
    model: {
      ...frame(context, policy, recipient, filter), kind: 'notice', ...words, items: ids.length + awaited.length,
      figures: figures(context, filter, [['Open under this policy', open.count, filter], ['Past due', late.count, lateFilter(filter, now)]]),
      money: open.money, rows: [...rows, ...steps].slice(0, MAIL_ROWS),
      more: rows.length + steps.length > MAIL_ROWS || open.count > ids.length ? { text: `See all ${countWords(open.count, 'exception')} under this policy`, href: worklistLink(context.links, filter) } : null,
    },
  }
}

/** The exceptions that the mail may still tell of, with the occasions of each. */
async function stillTrue({ stores }: ComposeContext, policy: Policy, recipient: Recipient, filter: ExceptionFilter, notices: readonly NoticeOfMail[]): Promise<Map<string, string[]>> {
  const occasions = new Map<string, string[]>()
  for (const { exceptionId, occasion } of notices) if (exceptionId !== null) occasions.set(String(exceptionId), [...(occasions.get(String(exceptionId)) ?? []), occasion])
  const matching = await matchingExceptions(stores.clickhouse, filter, recipient.scope, [...occasions.keys()])
  // Who has been taken since is no news for those who are told that nobody has.
  const escalated = [...occasions].filter(([, list]) => list.every(occasion => untilTaken(policy, occasion))).map(([id]) => Number(id))
  const taken = new Set((await exceptionsForNotice(stores.postgres, escalated)).filter(each => each.status !== 'open' || each.assignee !== null).map(each => String(each.id)))
  return new Map([...occasions].filter(([id]) => matching.has(id) && !taken.has(id)))
}

function untilTaken(policy: Policy, occasion: string): boolean {
  const index = /^escalation:(\d+)$/.exec(occasion)?.[1]
  return index !== undefined && policy.escalations[Number(index) - 1]?.unless === 'taken'
}

const warningKey = (step: AwaitedStep) => warningSubject(step)
function detailKey(notice: NoticeOfMail): string {
  const detail = detailShape.safeParse(notice.detail)
  return detail.success ? warningSubject(detail.data) : ''
}

/** The steps that were warned of and are still awaited and not late. */
async function stillAwaited({ stores, now }: ComposeContext, filter: ExceptionFilter, notices: readonly NoticeOfMail[]): Promise<AwaitedStep[]> {
  const details = notices.flatMap(notice => (notice.exceptionId === null ? [detailShape.safeParse(notice.detail)] : [])).flatMap(parsed => (parsed.success ? [parsed.data] : []))
  if (details.length === 0) return []
  const wanted = new Set(details.map(warningSubject))
  return (await awaitedSteps(stores.clickhouse, details.map(detail => detail.object), now.getTime())).filter(step => wanted.has(warningKey(step)) && warns(filter, step))
}

/** Groups of equal failures as one row each, everything else by itself; a group's number is that of the list it leads to. */
async function noticeRows(context: ComposeContext, filter: ExceptionFilter, recipient: Recipient, ids: readonly string[]): Promise<MailRow[]> {
  const { stores } = context
  if (ids.length === 0) return []
  const groups = new Map<string, ExceptionView[]>()
  let cursor: string | undefined
  for (let page = 0; page < PAGES && groups.size <= MAIL_ROWS; page++) {
    const { items, nextCursor } = await listExceptions(stores.clickhouse, { ...filter, sort: 'severity' }, { limit: 200, cursor }, recipient.scope, ids)
    for (const item of items) groups.set(item.fingerprint, [...(groups.get(item.fingerprint) ?? []), item])
    if (nextCursor === null) break
    cursor = nextCursor
  }
  const fingerprints = [...groups].filter(([, members]) => members.length > 1).map(([fingerprint]) => fingerprint).slice(0, MAIL_ROWS)
  const counts = new Map(fingerprints.length === 0 ? [] : (await countExceptionsBy(stores.clickhouse, 'fingerprint', { ...filter, fingerprint: fingerprints }, recipient.scope)).map(each => [each.value, each]))
  return [...groups].slice(0, MAIL_ROWS + 1).flatMap(([fingerprint, members]): MailRow[] => {
    const [first] = members
    if (!first) return []
    const whole = counts.get(fingerprint)
    if (!whole) return [exceptionRow(context, first)]
    const mixed = members.some(member => member.step !== first.step)
    const title = lineTitle({ count: whole.count, title: first.title, mixed, objectId: first.object?.id ?? null, objectType: first.object?.type ?? null, objects: whole.count, kind: first.kind, step: first.step }, context.catalogue)
    return [{ ...exceptionRow(context, first), title: plainLine(title), count: whole.count, money: whole.money, href: worklistLink(context.links, { ...filter, fingerprint: [fingerprint] }) }]
  })
}

function exceptionRow({ catalogue, links, now }: ComposeContext, item: ExceptionView): MailRow {
  const detail = [stepName(catalogue, item.step), item.counterparty?.name, item.facility === null ? null : facilityName(catalogue, item.facility)].filter(Boolean).join(' · ')
  return {
    title: plainLine(item.title), href: exceptionLink(links, item.id), count: 1, severity: item.severity, detail: plainLine(detail), money: item.amount ? [item.amount] : [],
    dueAt: item.dueAt, late: item.dueAt !== null && Date.parse(item.dueAt) <= now.getTime(),
  }
}

function awaitedRow({ catalogue, links }: ComposeContext, step: AwaitedStep): MailRow {
  const detail = [step.counterparty, step.facility ? facilityName(catalogue, step.facility) : null].filter(Boolean).join(' · ')
  return {
    title: plainLine(`${step.object.id}: “${stepName(catalogue, step.step) ?? step.step}” will soon be late`), href: objectLink(links, step.object), count: 1, severity: null, detail: plainLine(detail),
    money: step.amount ? [step.amount] : [], dueAt: new Date(step.dueAt).toISOString(), late: false,
  }
}

interface NoticeFacts { ids: number; awaited: number; occasions: ReadonlySet<string>; first: MailRow | undefined; groups: number; money: string; awaitedFirst: string | null }

function noticeWords(policy: Policy, facts: NoticeFacts): Pick<MailModel, 'subject' | 'heading' | 'lead'> {
  const { ids, awaited, occasions, first, groups, money } = facts
  const amount = money ? `, ${money}` : ''
  if (ids === 0) {
    const soon = awaited === 1 ? (facts.awaitedFirst ?? policy.name) : `${countWords(awaited, 'step')} will soon be late`
    return { subject: subjectLine(awaited === 1 ? soon : `${soon}: ${facts.awaitedFirst ?? policy.name}`), heading: soon, lead: 'Most of the time allowed is over and the next step was not seen. Nothing is late yet.' }
  }
  const title = first?.title ?? policy.name
  const escalation = [...occasions].flatMap(occasion => policy.escalations[Number(/^escalation:(\d+)$/.exec(occasion)?.[1] ?? 0) - 1] ?? [])[0]
  const waiting = escalation && [...occasions].every(occasion => occasion.startsWith('escalation:')) ? `${escalation.unless === 'taken' ? 'Nobody has taken' : 'Not closed'} after ${durationWords(escalation.after)}: ` : ''
  const also = awaited > 0 ? ` ${countWords(awaited, 'more step')} will soon be late.` : ''
  if (ids === 1) return { subject: subjectLine(`${waiting}${title}${amount}`), heading: title, lead: `${occasionSentence(policy, occasions, 1)}${also}` }
  const one = groups === 1
  return {
    subject: subjectLine(`${waiting}${countWords(ids, 'exception')}${amount}: ${title}`),
    heading: one ? `${countWords(ids, 'exception')} that look like one problem` : countWords(ids, 'exception'),
    lead: `${occasionSentence(policy, occasions, ids)}${one ? ' They failed at the same step in the same way, so this is one mail.' : ''}${also}`,
  }
}

function occasionSentence(policy: Policy, occasions: ReadonlySet<string>, count: number): string {
  const it = count === 1 ? 'It' : 'They'
  const parts: string[] = []
  if (occasions.has('opened')) parts.push(`${it} ${count === 1 ? 'was' : 'were'} found just now.`)
  if (occasions.has('breach') && !occasions.has('opened')) parts.push(`${it} passed ${count === 1 ? 'its' : 'their'} due time.`)
  for (const [index, step] of policy.escalations.entries()) {
    if (occasions.has(`escalation:${index + 1}`)) parts.push(step.unless === 'taken' ? `Nobody has taken ${count === 1 ? 'it' : 'them'} for ${durationWords(step.after)} of working time.` : `${it} ${count === 1 ? 'is' : 'are'} still open after ${durationWords(step.after)} of working time.`)
  }
  return parts.join(' ')
}

/** `since`: of whose row the last digest is looked up; null for a preview or test, which shows everything as of now. */
async function composeDigest(context: ComposeContext, policy: Policy, recipient: Recipient, row: Pick<OutboxRow, 'policy' | 'recipient'> | null): Promise<MailModel | null> {
  const { stores: { clickhouse, postgres }, now, catalogue, links } = context
  const filter = policyFilter(policy)
  const last = row && (await lastDigestSent(postgres, row.policy, row.recipient))
  const fresh: ExceptionFilter = { ...filter, from: (last ?? new Date(now.getTime() - 24 * 3_600_000)).toISOString() }
  const late = lateFilter(filter, now)
  const critical: ExceptionFilter = { ...filter, severity: ['critical'] }
  const showsCritical = filter.severity.length === 0 || filter.severity.includes('critical')
  const [open, isLate, isNew, isCritical, lines] = await Promise.all([
    countExceptions(clickhouse, filter, recipient.scope), countExceptions(clickhouse, late, recipient.scope), countExceptions(clickhouse, fresh, recipient.scope),
    showsCritical ? countExceptions(clickhouse, critical, recipient.scope) : null, listLines(clickhouse, { ...filter, sort: 'severity' }, 'group', { limit: MAIL_ROWS }, recipient.scope),
  ])
  if (open.count === 0 && row !== null) return null
  const rows = lines.items.map((line): MailRow => {
    const grouped = line.count > 1
    const where = line.facilities.filter(Boolean)
    return {
      title: plainLine(lineTitle(line, catalogue)), count: line.count, severity: line.severity, money: line.money, dueAt: line.dueAt, late: line.dueAt !== null && Date.parse(line.dueAt) <= now.getTime(),
      href: grouped ? worklistLink(links, { ...filter, fingerprint: [line.fingerprint] }) : exceptionLink(links, line.id),
      detail: plainLine([stepName(catalogue, line.step), grouped ? null : line.counterparty, where.length === 1 ? facilityName(catalogue, where[0] ?? null) : where.length > 1 ? `${where.length} facilities` : null].filter(Boolean).join(' · ')),
    }
  })
  const newWords = last ? 'New since the last digest' : 'New in the last 24 hours'
  const facts = [`${countWords(open.count, 'exception')} open`, ...(isNew.count > 0 ? [`${countWords(isNew.count, 'new one')}`] : []), ...(isLate.count > 0 ? [`${isLate.count} past due`] : [])]
  return {
    ...frame(context, policy, recipient, filter), kind: row === null ? 'test' : 'digest', items: open.count,
    subject: subjectLine(`${policy.name}: ${facts.join(', ')}${open.money.length > 0 ? `, ${moneyWords(open.money)}` : ''}`),
    heading: policy.name,
    lead: open.count === 0 ? 'Nothing is open under this policy right now.' : `${facts.join(', ')}.${open.withoutAmount > 0 && open.money.length > 0 ? ` ${countWords(open.withoutAmount, 'exception')} carry no amount.` : ''}`,
    figures: figures(context, filter, [['Open', open.count, filter], [newWords, isNew.count, fresh], ['Past due', isLate.count, late], ...(isCritical ? [['Critical', isCritical.count, critical] as const] : [])]),
    money: open.money, rows,
    more: lines.nextCursor !== null ? { text: `See all ${countWords(open.count, 'exception')}`, href: worklistLink(links, filter) } : null,
  }
}

const lateFilter = (filter: ExceptionFilter, now: Date): ExceptionFilter => ({ ...filter, dueBefore: now.toISOString() })

function figures({ links }: ComposeContext, _filter: ExceptionFilter, list: readonly (readonly [label: string, count: number, filter: ExceptionFilter])[]): MailFigure[] {
  return list.map(([label, count, filter]) => ({ label, count, href: worklistLink(links, filter) }))
}

function frame({ links, now }: ComposeContext, policy: Policy, recipient: Recipient, filter: ExceptionFilter): Pick<MailModel, 'policy' | 'asOf' | 'zone' | 'because' | 'links'> {
  return {
    policy: { id: policy.id, name: policy.name }, asOf: now.toISOString(), zone: recipient.zone, because: recipient.because,
    links: { all: worklistLink(links, filter), preferences: preferencesLink(links), unsubscribe: unsubscribeLink(links, recipient.key, policy.id) },
  }
}
