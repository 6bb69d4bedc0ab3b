/**
 * Numbered events and those who send them. What an event says follows from its number alone, so that it can be sent again and what must
 * be there can be counted without asking the product:
 *   7 mod 50    the export of invoice BAD-<number> ends in the dead letters: one open exception …
 *   8 mod 150   … and the next event, an export that succeeds, recovers every third of them
 *   31 mod 50   has no type: rejected, one exception
 *   all others  an export of one of 30 invoices, for one of 11 orders; every ninth without a time of its own
 */
import type { Random } from '#seeds/history/random.ts'

const INVOICES = 30
const ORDERS = 11
const MOST_IN_A_BATCH = 60
const CLIENTS = 3
const RESENT = 0.15
const SOURCE = 'kill-test'

/** Numbers that one call sends: [from, from + count), as NDJSON or alone. */
export interface Call { from: number; count: number; alone: boolean }

export const idOf = (number: number): string => `k${number}`
export const isRejected = (number: number): boolean => number % 50 === 31
const isFailure = (number: number): boolean => number % 50 === 7
const isRecovery = (number: number): boolean => number % 150 === 8

/** The objects an event names, the subject first. */
export function objectsOf(number: number): { type: string; id: string }[] {
  if (isFailure(number)) return [{ type: 'customer_invoice', id: `BAD-${number}` }]
  if (isRecovery(number)) return [{ type: 'customer_invoice', id: `BAD-${number - 1}` }]
  return [{ type: 'customer_invoice', id: `INV-${number % INVOICES}` }, { type: 'sales_order', id: `SO-${number % ORDERS}` }]
}

/** Subjects that must be open exceptions once `numbers` are in, by what the worklist says of each: invoice of a failure, id of a rejected event. */
export function openSubjects(numbers: readonly number[]): string[] {
  const sent = new Set(numbers)
  return numbers.flatMap(number => (isRejected(number) ? [`rejected ${idOf(number)}`] : isFailure(number) && !(isRecovery(number + 1) && sent.has(number + 1)) ? [`failed BAD-${number}`] : [])).sort()
}

function eventOf(number: number, start: number): object {
  const failed = isFailure(number)
  const time = number % 9 === 0 ? {} : { time: new Date(start + number).toISOString() }
  const type = isRejected(number) ? {} : { type: 'finance.customer_invoice.exported' }
  return {
    specversion: '1.0', id: idOf(number), source: SOURCE, ...type, ...time, integration: 'kill-exports', correlationid: `trace-${number % 500}`,
    data: {
      status: failed ? 'dead_lettered' : 'succeeded', objects: objectsOf(number).map((object, index) => ({ ...object, namespace: 'kill', role: index === 0 ? 'subject' : 'origin' })),
      amount: { value: '12.50', currency: 'EUR' },
      ...(failed && { error: { code: 'MAP-041', class: 'mapping', message: 'unknown cost centre', retryable: false } }),
    },
  }
}

/** What was sent over several lives of the product, and what became of it. */
export interface Traffic {
  /** Sends with several clients until the product is gone or `enough()`; what an earlier life did not acknowledge goes first. */
  run(url: string, options: { enough: () => boolean; onAcknowledged?: () => void }): Promise<void>
  /** every number of a call that was answered 202 */
  acknowledged(): number[]
  /** Sends until nothing is unacknowledged. */
  settle(url: string): Promise<void>
  /** how many calls got no answer, because the product was killed meanwhile */
  unanswered(): number
  /** every number ever sent, sorted */
  sent(): number[]
}

/** Traffic under a service key; `start` is the time of the first event, epoch ms. Wrong answers throw. */
export function createTraffic({ key, random, start }: { key: string; random: Random; start: number }): Traffic {
  const acknowledged: Call[] = []
  let open: Call[] = []
  let next = 0
  let unanswered = 0

  const choose = (): Call => {
    const alone = random.chance(0.5)
    if (acknowledged.length > 0 && random.chance(RESENT)) return { ...random.pick(acknowledged), alone: false }
    const call = { from: next, count: alone ? 1 : random.int(1, MOST_IN_A_BATCH), alone }
    next += call.count
    return call
  }
  /** True: acknowledged. False: told to come back. Throws where there is no answer. */
  const send = async (url: string, { from, count, alone }: Call): Promise<boolean> => {
    const lines = Array.from({ length: count }, (_, index) => JSON.stringify(eventOf(from + index, start)))
    const response = await fetch(`${url}/v1/events`, { method: 'POST', body: lines.join('\n'), headers: { authorization: `Bearer ${key}`, 'content-type': alone ? 'application/cloudevents+json' : 'application/x-ndjson' } })
    const answer = (await response.json()) as { accepted: number; duplicates: number; rejected: { code: string }[] }
    if (response.status === 429 || response.status === 503) return false
    const bad = numbersOf([{ from, count, alone }]).filter(isRejected).length
    const asMeant = response.status === 202 && answer.accepted + answer.duplicates === count - bad && answer.rejected.length === bad && answer.rejected.every(({ code }) => code === 'missing_type')
    if (!asMeant) throw new WrongAnswer(`${response.status} ${JSON.stringify(answer)} to ${count} events from ${from}`)
    return true
  }
  /** Sends one call and books it; false once nobody answers. */
  const attempt = async (url: string, call: Call): Promise<boolean> => {
    try {
      if (await send(url, call)) acknowledged.push(call)
      else open.push(call)
      return true
    } catch (error) {
      if (error instanceof WrongAnswer) throw error
      open.push(call)
      unanswered++
      return false
    }
  }
  return {
    async run(url, { enough, onAcknowledged }) {
      const again = open
      open = []
      const client = async () => {
        while (!enough()) {
          if (!(await attempt(url, again.pop() ?? choose()))) break
          onAcknowledged?.()
        }
      }
      await Promise.all(Array.from({ length: CLIENTS }, client))
      open.push(...again)
    },
    async settle(url) {
      for (let call = open.pop(); call; call = open.pop()) {
        if (!(await attempt(url, call))) throw new Error('the product does not answer')
      }
    },
    acknowledged: () => numbersOf(acknowledged),
    unanswered: () => unanswered,
    sent: () => Array.from({ length: next }, (_, number) => number),
  }
}

/** An answer that the contract does not allow: never taken for a kill. */
class WrongAnswer extends Error {}

function numbersOf(calls: readonly Call[]): number[] {
  return [...new Set(calls.flatMap(({ from, count }) => Array.from({ length: count }, (_, index) => from + index)))].sort((a, b) => a - b)
}
