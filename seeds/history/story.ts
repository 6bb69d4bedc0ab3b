/**
 * A story: what happens to one piece of business (an order, a service, a feed run) from its first event to its last.
 *
 * A flow tells a story by steps. Each step finds out from the catalogue's expectations by when it is due and happens, in the right
 * working calendar, well before that; a plan makes one step go wrong. Stories keep no state outside themselves.
 */
import type { Criticality } from '#queries/model/event.ts'
import type { Integration } from '#queries/catalogue/schema.ts'
import type { EventItem, Party, SeedData, SeedError, SeedObject } from './events.ts'
import type { Facility, Group } from './group.ts'
import { incidentAt } from './incidents.ts'
import type { Incident } from './incidents.ts'
import type { Amount } from './money.ts'
import { amountOf } from './money.ts'
import type { Failure, Plan } from './plan.ts'
import { Random } from './random.ts'
import { ELAPSED, parseSpan } from './working-time.ts'

const MINUTE = 60_000

export interface StorySetting {
  group: Group
  random: Random
  incidents: readonly Incident[]
  facility: string
  criticality: Criticality
  start: number
  /** unique per story: part of every business number */
  serial: string
  plan: Plan | null
  /** an amount given by hand, in minor units of the facility's currency */
  minor: number | null
  /** only find out when things happen, make no events */
  dryRun: boolean
}

export interface StepOptions {
  /** the objects touched; the first is the subject */
  objects: readonly SeedObject[]
  amount?: Amount
  counterparty?: Party
  attributes?: Record<string, unknown>
  /** picks between integrations that report the same type */
  channel?: string
  /** where no expectation says when: median of a log-normal wait, in working or elapsed milliseconds */
  work?: number
  elapsed?: number
  /** happens at this share of the time allowed for a later step of that type */
  share?: { of: string; part: number }
  /** happens at exactly this instant unless the story is already past it */
  at?: number
  /** bank lines and payouts belong to an entity, not to a facility */
  noFacility?: boolean
  /** reported by this integration, whatever the catalogue's order */
  integration?: string
}

interface Seen { at: number; facility: string | null; attributes: Record<string, unknown> }
interface Trail { correlation: string; trace: string; last: string | null }

export class Story {
  readonly group: Group
  readonly random: Random
  readonly facility: Facility
  readonly currency: string
  readonly criticality: Criticality
  readonly serial: string
  readonly plan: Plan | null
  readonly items: EventItem[] = []
  /** the story's objects by type, for the ground truth */
  readonly objects = new Map<string, SeedObject>()
  at: number
  over = false
  /** when the forced step would have happened by itself; null until reached */
  natural: number | null = null
  readonly #setting: StorySetting
  #seen = new Map<string, Map<string, Seen>>()
  #trail: Trail
  #root: Story
  #count = 0
  #attempt = 1
  /** a plan is about one step: the first of its type */
  #departed = false
  /** draws for looks only (durations, trace ids), apart from `random` so that a dry run takes the same turns */
  readonly #dress: Random

  constructor(setting: StorySetting, parent?: Story) {
    this.#setting = setting
    this.group = setting.group
    this.random = setting.random
    this.facility = setting.group.facility(setting.facility)
    this.currency = this.facility.currency
    this.criticality = setting.criticality
    this.serial = setting.serial
    this.plan = setting.plan
    this.at = setting.start
    this.#root = parent ? parent.#root : this
    this.#dress = parent ? parent.#dress : new Random(setting.serial, 'dress')
    this.#trail = parent ? { ...parent.#trail } : this.#newTrail()
    if (parent) {
      this.items = parent.items
      this.objects = parent.objects
      this.#seen = parent.#seen
      this.at = parent.at
      this.over = parent.over
    }
  }

  /** Goes on in parallel: the same story with its own clock, which can end by itself. */
  fork(): Story {
    return new Story(this.#setting, this)
  }

  /** Begins the next exchange: a new correlation id and trace. */
  leg(): void {
    this.#trail = this.#newTrail()
  }

  /** `minor` if the plan gives an amount by hand, else the drawn one; minor units. */
  minor(drawn: number): number {
    return this.#setting.minor ?? drawn
  }

  /** The amount of a step, scaled where the plan alters that step. */
  altered(type: string, minor: number): number {
    const plan = this.plan
    return plan?.fault.how === 'altered' && plan.at === type ? Math.round(minor * plan.fault.factor) : minor
  }

  money(minor: number): Amount {
    return amountOf(minor, this.currency)
  }

  /** True where the plan has this step happen twice. */
  repeats(type: string): boolean {
    return this.plan?.fault.how === 'repeated' && this.plan.at === type
  }

  /** Declares an object of the story, numbered by the facility's legal entity or by `namespace`. */
  object(type: string, id: string, namespace: string = this.facility.entity): SeedObject {
    const object = { type, id, namespace }
    if (!this.objects.has(type)) this.objects.set(type, object)
    return object
  }

  /** Tells one step. Does nothing once the story is over. */
  step(type: string, options: StepOptions): void {
    if (this.over) return
    const integration = options.integration ? this.group.integration(options.integration) : this.group.route(type, { entity: this.facility.entity, channel: options.channel ?? '' })
    const due = this.#due(type, options)
    let at = this.#when(type, options, due)
    const plan = this.plan
    if (plan?.force?.type === type && this.#root.natural === null) {
      this.#root.natural = at
      if (at <= plan.force.at) at = plan.force.at
    }
    if (plan && plan.at === type && !this.#root.#departed) {
      this.#root.#departed = true
      at = this.#depart(type, options, integration, at, due)
      if (this.over) return
    } else {
      at = plan ? at : this.#hardships(type, options, integration, at, due)
      this.#emit(type, options, integration, at, { status: 'succeeded', attempt: this.#attempt })
      if (!plan && this.#dress.chance(0.04)) {
        this.#emit('integration.step.started', stepReport(type, options), integration, at - 600, { status: 'started', attempt: this.#attempt })
        this.#emit('integration.step.succeeded', stepReport(type, options), integration, at, { status: 'succeeded', attempt: this.#attempt })
      }
    }
    this.#attempt = 1
    this.#remember(type, options, at)
    this.at = at
  }

  /** The step a plan is about. Returns when the step itself happened; sets `over` when it does not. */
  #depart(type: string, options: StepOptions, integration: Integration, at: number, due: number | null): number {
    const fault = this.plan?.fault
    if (!fault || fault.how === 'altered' || fault.how === 'repeated') {
      this.#emit(type, options, integration, at, { status: 'succeeded', attempt: 1 })
      return at
    }
    if (fault.how === 'missing') {
      this.over = true
    } else if (fault.how === 'instead' || fault.how === 'superseded') {
      const other = this.group.route(fault.type, { entity: this.facility.entity, channel: options.channel ?? '' })
      const own = this.objects.get(fault.type.split('.')[1] ?? '')
      const objects = own ? [own, ...options.objects.filter(object => object !== own)] : options.objects
      const answer = { ...options, objects, noFacility: false }
      this.#emit(fault.type, answer, other, at, { status: 'succeeded', attempt: 1 })
      this.#remember(fault.type, answer, at)
      if (fault.how === 'superseded' && fault.by) {
        this.#emit(fault.by, answer, other, at += fault.afterMs, { status: 'succeeded', attempt: 2 })
        this.#remember(fault.by, answer, at)
      }
      if (fault.how === 'instead') this.over = fault.goesOn !== true
      else this.#emit(type, options, integration, at += fault.afterMs, { status: 'succeeded', attempt: 1 })
    } else if (fault.how === 'shifted') {
      if (due === null) throw new Error(`${type} has no due time to be shifted from`)
      at = due + fault.byMs
      this.#emit(type, options, integration, at, { status: 'succeeded', attempt: 1 })
    } else if (fault.how === 'early') {
      this.#emit(type, options, integration, this.at - fault.byMs, { status: 'succeeded', attempt: 1 })
    } else if (fault.how === 'recovered') {
      const attempts = this.#fail(type, options, integration, at, fault.first, fault.error)
      at += fault.afterMs
      this.#emit(type, options, integration, at, { status: 'succeeded', attempt: attempts + 1 })
    } else {
      this.#fail(type, options, integration, at, fault.how, fault.error)
      this.over = true
    }
    return at
  }

  /** Failing attempts whose last is at `at`; returns how many. */
  #fail(type: string, options: StepOptions, integration: Integration, at: number, how: Failure, error: SeedError): number {
    const attempts = how === 'exhausted' ? integration.maxAttempts : how === 'dead_lettered' ? Math.min(3, integration.maxAttempts) : 1
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const last = attempt === attempts
      const status = last && how === 'dead_lettered' ? 'dead_lettered' : last || how === 'exhausted' ? 'failed' : 'retrying'
      const retryable = how === 'not_retryable' || (last && how === 'dead_lettered') ? false : true
      this.#emit(type, options, integration, at - (attempts - attempt) * 20_000, { status, attempt, error: { ...error, retryable } })
    }
    return attempts
  }

  /** What happens in a normal story too: a retry that helps, or an incident that is waited out, always before the step is due. */
  #hardships(type: string, options: StepOptions, integration: Integration, at: number, due: number | null): number {
    const incident = incidentAt(this.#setting.incidents, integration.id, at)
    if (incident) {
      const attempts = incident.error.retryable ? this.random.int(1, 3) : 1
      // after the incident, and after the last attempt that it made fail
      const resumed = Math.max(incident.to, at + attempts * 45_000) + this.random.int(1, 25) * MINUTE
      if (due !== null && resumed > due - 5 * MINUTE) return at
      for (let attempt = 1; attempt <= attempts; attempt++) {
        this.#emit(type, options, integration, at + (attempt - 1) * 45_000, { status: 'failed', attempt, error: incident.error })
      }
      this.#attempt = attempts + 1
      return resumed
    }
    if (!this.random.chance(0.03)) return at
    const attempts = this.random.chance(0.8) ? 1 : 2
    const gap = this.random.int(15, 80) * 1000
    if (at - attempts * gap <= this.at + 1000) return at
    const error = this.random.pick(HICCUPS)
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const status = this.random.chance(0.5) ? 'failed' : 'retrying'
      const failed = at - (attempts + 1 - attempt) * gap
      this.#emit(type, options, integration, failed, { status, attempt, error })
      if (this.#dress.chance(0.4)) this.#emit('integration.step.retried', stepReport(type, options), integration, failed + 2000, { status: 'retrying', attempt })
    }
    this.#attempt = attempts + 1
    return at
  }

  /** The earliest due time that this step meets, null where nothing expects it. */
  #due(type: string, { objects }: StepOptions): number | null {
    let earliest: number | null = null
    for (const { due } of this.#expected(type, objects)) if (earliest === null || due < earliest) earliest = due
    return earliest
  }

  *#expected(type: string, objects: readonly SeedObject[]): Generator<{ due: number; part: (share: number) => number }> {
    for (const expectation of this.group.expecting(type)) {
      for (const object of objects) {
        if (object.type !== expectation.object) continue
        const seen = this.#seen.get(`${object.type} ${object.id}`)
        const anchor = seen?.get(expectation.after)
        if (!anchor || expectation.expect.some(expected => seen?.has(expected))) continue
        const { when } = expectation
        if (when?.attribute && anchor.attributes[when.attribute] !== when.equals) continue
        const working = expectation.calendar === 'always' ? ELAPSED : this.group.working(expectation.calendar, anchor.facility)
        const allowed = working.length(parseSpan(expectation.within[this.criticality]))
        yield { due: working.add(anchor.at, allowed), part: share => working.add(anchor.at, share * allowed) }
      }
    }
  }

  #when(type: string, options: StepOptions, due: number | null): number {
    const earliest = this.at + this.random.int(2_000, 25_000)
    if (options.at !== undefined) return Math.max(earliest, options.at)
    const wait = options.share ?? { of: type, part: Math.min(0.72, Math.max(0.02, this.random.logNormal(0.22, 0.7))) }
    let at: number | null = null
    for (const { part } of this.#expected(wait.of, options.objects)) {
      const candidate = part(wait.part)
      if (at === null || candidate < at) at = candidate
    }
    if (at !== null) return Math.max(earliest, at)
    if (options.work !== undefined) {
      const target = this.group.working('facility', options.noFacility ? null : this.facility.id).add(this.at, this.random.logNormal(options.work, 0.5))
      return Math.max(earliest, due === null ? target : Math.min(target, due - MINUTE))
    }
    return options.elapsed === undefined ? earliest : Math.max(earliest, this.at + this.random.logNormal(options.elapsed, 0.5))
  }

  #remember(type: string, options: StepOptions, at: number): void {
    for (const object of options.objects) {
      const key = `${object.type} ${object.id}`
      let seen = this.#seen.get(key)
      if (!seen) this.#seen.set(key, seen = new Map())
      seen.set(type, { at, facility: options.noFacility ? null : this.facility.id, attributes: options.attributes ?? {} })
    }
  }

  #newTrail(): Trail {
    return { correlation: `${this.#setting.serial}-${this.#dress.hex(1)}`, trace: this.#dress.hex(4), last: null }
  }

  #emit(type: string, options: StepOptions, integration: Integration, at: number, outcome: { status: SeedData['status']; attempt: number; error?: SeedError }): void {
    if (this.#setting.dryRun) return
    const [, , happened] = type.split('.') as [string, string, string]
    const succeeded = outcome.status === 'succeeded'
    const id = `${this.serial}-${(this.#root.#count++).toString(36).padStart(3, '0')}`
    const [subject] = options.objects
    const data: SeedData = {
      status: outcome.status,
      attempt: outcome.attempt,
      durationMs: Math.max(3, Math.round(outcome.error?.class === 'timeout' ? this.#dress.between(28_000, 31_000) : this.#dress.logNormal(integration.slo.latencyP95Ms * 0.3, 0.55))),
      endpoint: `${integration.to}/${subject?.type ?? 'messages'}`,
      objects: options.objects.map((object, index) => ({
        ...object, system: integration.from, role: index === 0 ? 'subject' : 'related', ...(index === 0 && succeeded && !type.startsWith('integration.') ? { state: happened } : {}),
      })),
      criticality: this.criticality,
    }
    if (outcome.error) data.error = outcome.error
    if (options.amount) data.amount = options.amount
    if (options.counterparty) data.counterparty = { type: options.counterparty.type, id: options.counterparty.id, name: options.counterparty.name }
    if (options.attributes) data.attributes = options.attributes
    const time = Math.round(at)
    this.items.push({
      kind: 'event', at: time,
      event: {
        specversion: '1.0', id, source: integration.from, type, ...(subject ? { subject: subject.id } : {}), time: new Date(time).toISOString(), datacontenttype: 'application/json',
        integration: integration.id, ...(options.noFacility ? {} : { facility: this.facility.id }),
        correlationid: this.#trail.correlation, ...(this.#trail.last ? { causationid: this.#trail.last } : {}),
        traceparent: `00-${this.#trail.trace}-${this.#dress.hex(2)}-01`, data,
      },
    })
    this.#trail.last = id
  }
}

/** What the middleware reports about one of its steps: the same objects, and the step's name. */
function stepReport(step: string, { objects, noFacility }: StepOptions): StepOptions {
  return { objects, ...(noFacility ? { noFacility } : {}), attributes: { step } }
}

/** Passing troubles that a retry overcomes. */
const HICCUPS: readonly SeedError[] = [
  { code: 'NET-RESET', class: 'connection', message: 'connection reset by peer', retryable: true },
  { code: 'NET-TIMEOUT', class: 'timeout', message: 'no answer within 30 s', retryable: true },
  { code: 'RATE-429', class: 'rate_limit', message: 'too many requests, try again in 20 s', retryable: true },
  { code: 'DB-LOCK', class: 'unknown', message: 'could not serialize access, another transaction holds the record', retryable: true },
]
