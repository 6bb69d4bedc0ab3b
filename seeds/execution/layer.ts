/** What the simulated execution layer does with a command, apart from how the command came. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { CloudEvent, SeedError, SeedObject } from '#seeds/history/events.ts'
import type { Group } from '#seeds/history/group.ts'
import { answerEvent, businessEvent, followers } from './answers.ts'
import { behaviourFor } from './behaviours.ts'
import type { Behaviour, Rule } from './behaviours.ts'
import type { Command } from './command.ts'
import type { Ledger } from './ledger.ts'

/** How the call that brought a command ends. */
export type CallEnd = 'taken' | 'refused' | 'dropped' | 'open'

export interface LayerOptions {
  group: Group
  ledger: Ledger
  /** delivers events to the installation; rejects when it cannot */
  send: (events: readonly CloudEvent[]) => Promise<void>
  rules: readonly Rule[]
  /** true: a command whose idempotency key was acted on before is answered again without acting */
  honourIdempotencyKey: boolean
  /** pause before each report (ms) */
  paceMs: number
  /** how late `answer_late` is (ms) */
  lateMs: number
  /** pause between a replayed step and what follows it by itself (ms); null: nothing follows */
  followUpMs: number | null
  onError: (message: string) => void
}

const TARGET_REFUSED: SeedError = { code: 'TGT-409', class: 'business_rule', message: 'the target system did not take the message again', retryable: false }
const NOT_ALLOWED: SeedError = { code: 'EXE-403', class: 'business_rule', message: 'the step is closed for replays', retryable: false }

export class Layer {
  rules: readonly Rule[]
  honourIdempotencyKey: boolean
  readonly #options: LayerOptions
  readonly #stopping = new AbortController()
  readonly #work = new Set<Promise<void>>()
  #count = 0

  constructor(options: LayerOptions) {
    this.#options = options
    this.rules = options.rules
    this.honourIdempotencyKey = options.honourIdempotencyKey
  }

  /** Takes a command. Effects are in the ledger when this returns only where dying comes next; reports follow in the background. */
  take(command: Command): CallEnd {
    const { target, idempotencyKey } = command.data
    const behaviour = behaviourFor(this.rules, { integration: target.integration, step: target.step, objectIds: target.objects.map(object => object.id), idempotencyKey })
    // an id per taking: the same command twice is reported twice
    const serial = `${String(++this.#count)}-${Date.now().toString(36)}`
    if (behaviour === 'refuse_call') return 'refused'
    if (behaviour === 'hang') return 'open'
    if (behaviour === 'die_after_acting' || behaviour === 'die_after_acting_reported') {
      const acted = this.#act(command)
      if (acted && behaviour === 'die_after_acting_reported') this.#later(async () => {
        await this.#pause(this.#options.paceMs)
        await this.#options.send([businessEvent(this.#options.group, command, serial, new Date())])
      })
      return 'dropped'
    }
    if (behaviour !== 'never_answer') this.#later(() => this.#carryOut(command, behaviour, serial))
    return 'taken'
  }

  async #carryOut(command: Command, behaviour: Behaviour, serial: string): Promise<void> {
    const { group, send, paceMs, lateMs } = this.#options
    const answer = (what: Parameters<typeof answerEvent>[1], error?: SeedError): Promise<void> => send([answerEvent(command, what, serial, new Date(), error)])
    await this.#pause(behaviour === 'answer_late' ? lateMs : paceMs)
    if (behaviour === 'refuse') return answer('refused', NOT_ALLOWED)
    await answer('accepted')
    await this.#pause(paceMs)
    if (behaviour === 'fail') return answer('failed', TARGET_REFUSED)
    if (behaviour !== 'complete_without_effect' && !command.data.dryRun && this.#act(command)) {
      await send([businessEvent(group, command, serial, new Date())])
      this.#later(() => this.#goOn(command, command.data.target.step, command.data.target.objects, serial))
      await this.#pause(paceMs)
    }
    await answer('completed')
  }

  /** Does what the command asks and writes it down; false if the key is honoured and it was done before. */
  #act(command: Command): boolean {
    const { idempotencyKey, replayId, target, dryRun } = command.data
    if (dryRun) return false
    if (this.honourIdempotencyKey && this.#options.ledger.all().some(effect => effect.idempotencyKey === idempotencyKey)) return false
    this.#options.ledger.append({ at: new Date().toISOString(), commandId: command.id, replayId, idempotencyKey, integration: target.integration, step: target.step, objects: target.objects })
    return true
  }

  /** The business goes on where it was stuck. */
  async #goOn(command: Command, step: string, objects: readonly SeedObject[], serial: string): Promise<void> {
    const { followUpMs, group, send } = this.#options
    if (followUpMs === null) return
    await this.#pause(followUpMs)
    for (const next of followers(group, command, step, objects, serial, new Date())) {
      await send([next.event])
      await this.#goOn(command, next.event.type, next.objects, serial)
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal })
  }

  #later(work: () => Promise<void>): void {
    const running = work().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#options.onError(error instanceof Error ? error.message : 'unknown')
    }).finally(() => this.#work.delete(running))
    this.#work.add(running)
  }

  /** Resolves when every report under way has been made. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work)
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#work)
  }
}
