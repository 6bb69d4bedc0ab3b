/**
 * Turns the table of cases into stories that go wrong at the right moment, and writes down what must be found.
 *
 * The generator's own calendar places the events; what the truth says about due times is worked out afterwards from the events that
 * came out, by the slow calendar.
 */
import type { Expectation } from '#queries/catalogue/schema.ts'
import type { EventItem, SeedItem, SeedObject } from '#seeds/history/events.ts'
import { flowSource } from '#seeds/history/flows/flows.ts'
import { NEW_LANE } from '#seeds/history/flows/migration.ts'
import type { Group } from '#seeds/history/group.ts'
import { minorOf } from '#seeds/history/money.ts'
import type { Fault, Plan } from '#seeds/history/plan.ts'
import { Random } from '#seeds/history/random.ts'
import { serialOf } from '#seeds/history/serial.ts'
import { Story } from '#seeds/history/story.ts'
import { ELAPSED, parseSpan } from '#seeds/history/working-time.ts'
import { CASES } from './cases.ts'
import type { Case } from './cases.ts'
import { neverStarted } from './never-started.ts'
import { rejectedCases } from './rejects.ts'
import { DueTimes } from './slow-due.ts'
import { slowSeverity, type Level } from './slow-severity.ts'
import { technicalCases } from './technical-cases.ts'
import type { GroundTruth, NearMiss, RoutedToLeaver, TruthRow } from './truth.ts'
import { twinsOf } from './twins.ts'
import type { Twin } from './twins.ts'

/** The kind of case whose first person requisitions are routed to, and who takes over from them. */
const LEAVER = 'leaver-rights-not-revoked'
const SUBSTITUTE = 'E-3100'
const DAY = 86_400_000
const MINUTE = 60_000

export interface PlantOptions { group: Group; seed: number; start: number; until: number }
/** Planted events in no order, and the truth about them. */
export interface Planting { items: SeedItem[]; truth: GroundTruth }

/** Plants every case and its near-miss twins. Instants are epoch milliseconds. */
export function plant(options: PlantOptions): Planting {
  const planter = new Planter(options)
  for (const row of CASES) planter.plant(row)
  const others = [technicalCases(options), neverStarted(options), rejectedCases(options)]
  return {
    items: [...planter.items, ...others.flatMap(other => other.items)],
    truth: {
      seed: options.seed, until: new Date(options.until).toISOString(),
      cases: [...planter.cases, ...others.flatMap(other => other.cases)],
      nearMisses: [...planter.nearMisses, ...others.flatMap(other => other.nearMisses)],
      routedToLeavers: planter.routedToLeavers,
    },
  }
}

class Planter {
  readonly items: SeedItem[] = []
  readonly cases: TruthRow[] = []
  readonly nearMisses: NearMiss[] = []
  readonly routedToLeavers: RoutedToLeaver[] = []
  /** who left and can still approve; planted before anything is routed to them */
  #leaver: string | null = null
  readonly #options: PlantOptions
  readonly #due: DueTimes
  #count = 0

  constructor(options: PlantOptions) {
    this.#options = options
    this.#due = new DueTimes(options.group)
  }

  plant(row: Case): void {
    const random = new Random(this.#options.seed, 'case', row.kind)
    for (let index = 0; index < row.count; index++) {
      const ago = ELAPSED.length(parseSpan(row.ago)) + Math.round(random.unit() * ELAPSED.length(parseSpan(row.spread)))
      const target = this.#options.until - ago
      const story = this.#tell(row, row.fault, this.#forced(row, target))
      this.cases.push(this.#truth(row, story))
      if (row.kind === LEAVER) this.#leaver ??= this.#subject(row, story).object.id
      this.#noteRouted(row, story, true)
      if (index === 0) for (const twin of twinsOf(row, ago, this.#grace(row))) this.#plantTwin(row, twin, target)
    }
  }

  #plantTwin(row: Case, twin: Twin, target: number): void {
    const open = this.#options.group.working('facility', row.facility).open(this.#options.until + MINUTE)
    const at = twin.when === 'as the case' ? target : twin.when === 'just due later' ? Math.max(open + MINUTE, this.#options.until + MINUTE) : this.#options.until - twin.when
    const story = this.#tell(row, twin.fault, this.#forced(row, at), twin.substitute)
    const { object } = this.#subject(row, story)
    if (twin.when === 'just due later' && !twin.substitute) this.#noteRouted(row, story, false)
    this.nearMisses.push({ caseKind: row.kind, twin: twin.name, finder: row.finder, milestone: row.milestone, object: identity(object), integration: null, event: null })
  }

  #noteRouted(row: Case, story: Story, late: boolean): void {
    if (row.toLeaver && this.#leaver !== null) this.routedToLeavers.push({ person: this.#leaver, requisition: this.#subject(row, story).object.id, late })
  }

  /** Which event must happen when, so that the trouble begins at `target` (for what is late: so that it is due then). */
  #forced(row: Case, target: number): { type: string; at: number } {
    const { group } = this.#options
    const expectation = expectationOf(group, row)
    if (row.finder === 'overdue' && expectation) {
      const noFacility = expectation.after === 'payments.payout.paid'
      const working = expectation.calendar === 'always' ? ELAPSED : group.working(expectation.calendar, noFacility ? null : row.facility)
      return { type: expectation.after, at: working.subtract(target, working.length(parseSpan(expectation.within[row.criticality]))) }
    }
    const type = row.fault.how === 'missing' ? row.milestone : row.at ?? row.milestone
    return { type: type === NEW_LANE ? `finance.${row.object}.posted` : type, at: group.working('facility', row.facility).subtract(target, 0) }
  }

  /** The story whose forced step happens when it must: the latest start from which it is still reached in time. */
  #tell(row: Case, fault: Fault, force: { type: string; at: number }, substitute = false): Story {
    if (row.toLeaver && this.#leaver === null) throw new Error(`case ${row.kind}: nobody has left`)
    const number = `9${String(this.#count++).padStart(4, '0')}`
    const { group } = this.#options
    const facilityNumber = group.facilities.findIndex(item => item.id === row.facility) + 1
    const serial = serialOf(Math.floor(force.at / DAY), facilityNumber, number)
    const tell = (start: number, at: number, dryRun: boolean): Story => {
      const plan: Plan = { at: row.at ?? row.milestone, fault, force: { type: force.type, at }, approver: row.toLeaver ? this.#leaver : null, substitute: substitute ? SUBSTITUTE : null }
      const minor = row.amount === null ? null : minorOf({ value: row.amount, currency: group.facility(row.facility).currency })
      const story = new Story({ group, random: new Random(this.#options.seed, serial), incidents: [], facility: row.facility, criticality: row.criticality, start, serial, plan, minor, dryRun })
      flowSource(row.flow).tell(story)
      return story
    }
    const office = group.working('facility', row.facility)
    const startAt = (at: number): number => (flowSource(row.flow).rhythm === 'office' ? office.open(at) : at)
    let early = force.at - 150 * DAY
    let late = force.at
    while (late - early > MINUTE) {
      const middle = (early + late) / 2
      const natural = tell(startAt(middle), Number.NEGATIVE_INFINITY, true).natural
      if (natural === null) throw new Error(`case ${row.kind}: its story has no ${force.type}`)
      if (natural <= force.at) early = middle
      else late = middle
    }
    const story = tell(startAt(early), force.at, false)
    this.items.push(...story.items)
    return story
  }

  /** How long the integration at fault may retry; 0 where nothing failed. */
  #grace(row: Case): number {
    if (!('error' in row.fault)) return 0
    const { group } = this.#options
    return ELAPSED.length(parseSpan(group.route(row.milestone, { entity: group.facility(row.facility).entity, channel: '' }).retryGrace))
  }

  #subject(row: Case, story: Story): { object: SeedObject } {
    // what is there twice is one too many: the later one is the trouble
    const again = row.fault.how === 'repeated' ? story.items.flatMap(item => item.event.data.objects ?? []).findLast(other => other.type === row.object) : undefined
    const object = again ?? story.objects.get(row.object)
    if (!object) throw new Error(`case ${row.kind}: its story has no ${row.object}`)
    return { object }
  }

  #truth(row: Case, story: Story): TruthRow {
    const { group } = this.#options
    const { object } = this.#subject(row, story)
    const touching = story.items.filter(item => item.event.data.objects?.some(other => other.type === object.type && other.id === object.id))
    const times = row.finder === 'overdue' ? this.#late(row, touching) : failedTimes(row, touching, id => group.integration(id))
    const amount = ownAmount(object, touching)
    if (row.finder !== 'mismatch' && row.amount !== null && amount?.value !== row.amount) throw new Error(`case ${row.kind}: its amount came out as ${amount?.value ?? 'none'}`)
    return {
      caseKind: row.kind, finder: row.finder, process: row.process, milestone: row.milestone === NEW_LANE ? `finance.${row.object}.posted` : row.milestone, object: identity(object),
      integration: row.finder === 'overdue' ? group.route(row.milestone, { entity: story.facility.entity, channel: '' }).id : times.integration,
      facility: touching.findLast(item => item.event.facility)?.event.facility ?? null, entity: story.facility.entity, amount,
      anchorAt: times.anchorAt === null ? null : instant(times.anchorAt), dueAt: times.dueAt === null ? null : instant(times.dueAt),
      firstSeen: times.firstSeen === null ? null : instant(times.firstSeen), criticality: row.criticality, severity: row.finder === 'mismatch' ? null : this.#severity(row, touching, times, amount), code: null, event: null,
    }
  }

  #severity(row: Case, touching: readonly EventItem[], times: Times, amount: TruthRow['amount']): Level {
    const { until } = this.#options
    const facility = touching.findLast(item => item.event.facility)?.event.facility ?? null
    const passed = (duration: string, since: number) => this.#due.passed(duration, facility, since, until)
    const clock = row.finder === 'overdue' && times.dueAt !== null ? { warnAt: times.dueAt, dueAt: times.dueAt } : this.#clock(row, touching)
    const began = Math.min(times.dueAt ?? Infinity, clock && clock.dueAt <= until ? clock.dueAt : Infinity)
    return slowSeverity({
      finder: row.finder, process: row.process, milestone: row.milestone, objectType: row.object, criticality: row.criticality, amount,
      clock: clock && { warned: clock.warnAt <= until, late: clock.dueAt <= until, lateOneDay: passed('P1D', clock.dueAt), lateTwoDays: passed('P2D', clock.dueAt) },
      forShelf: row.flow === 'replenishment-order', threeDays: passed('P3D', began),
    })
  }

  /** The clock of a step that failed: by what is expected of the object and was asked for. */
  #clock(row: Case, touching: readonly EventItem[]): { warnAt: number; dueAt: number } | null {
    const expectations = this.#options.group.processes.find(process => process.id === row.process)?.expectations ?? []
    const clocks = expectations.filter(item => item.object === row.object && item.expect[0] === row.milestone).flatMap(item => {
      const anchor = touching.find(other => other.event.type === item.after && other.event.data.status === 'succeeded')
      if (!anchor) return []
      const [criticality, facility] = [anchor.event.data.criticality ?? 'normal', anchor.event.facility ?? null]
      return [{ warnAt: this.#due.warning(item, criticality, facility, anchor.at), dueAt: this.#due.of(item, criticality, facility, anchor.at) }]
    })
    return clocks.sort((a, b) => a.dueAt - b.dueAt)[0] ?? null
  }

  #late(row: Case, touching: readonly EventItem[]): Times {
    const expectation = expectationOf(this.#options.group, row)
    const anchor = touching.find(item => item.event.type === expectation?.after && item.event.data.status === 'succeeded')
    if (!expectation || !anchor) throw new Error(`case ${row.kind}: nothing expects ${row.milestone}`)
    const dueAt = this.#due.of(expectation, anchor.event.data.criticality ?? 'normal', anchor.event.facility ?? null, anchor.at)
    if (dueAt >= this.#options.until) throw new Error(`case ${row.kind} is not due before the end of the history`)
    return { anchorAt: anchor.at, dueAt, firstSeen: dueAt, integration: null }
  }
}

interface Times { anchorAt: number | null; dueAt: number | null; firstSeen: number | null; integration: string | null }

function failedTimes(row: Case, touching: readonly EventItem[], integrationOf: (id: string) => { retryGrace: string; maxAttempts: number }): Times {
  const said = touching.filter(item => item.event.type === row.milestone)
  if (row.finder === 'mismatch') return { anchorAt: null, dueAt: null, firstSeen: said[0]?.at ?? touching.at(-1)?.at ?? null, integration: said[0]?.event.integration ?? null }
  const first = said[0]
  if (!first) throw new Error(`case ${row.kind}: no ${row.milestone} came out`)
  if (first.event.data.status === 'succeeded') return { anchorAt: first.at, dueAt: first.at, firstSeen: first.at, integration: first.event.integration }
  const { retryGrace, maxAttempts } = integrationOf(first.event.integration)
  const final = said.find(({ event: { data } }) => data.status === 'dead_lettered' || data.error?.retryable === false || (data.attempt ?? 1) >= maxAttempts)
  const patience = first.at + ELAPSED.length(parseSpan(retryGrace))
  return { anchorAt: first.at, dueAt: final ? Math.min(final.at, patience) : patience, firstSeen: first.at, integration: first.event.integration }
}

/** The expectation by which a milestone is awaited on this kind of object; undefined where none does. */
function expectationOf(group: Group, row: Case): Expectation | undefined {
  return group.processes.find(process => process.id === row.process)?.expectations.find(item => item.object === row.object && item.expect[0] === row.milestone && (item.after !== 'hr.employee.left') === (row.flow !== 'left') && matchesFlow(row, item))
}

/** "synced" is expected after a hiring as well as after a change. */
function matchesFlow(row: Case, expectation: Expectation): boolean {
  return row.object !== 'employee' || row.flow === 'left' || expectation.after === `hr.employee.${row.flow}`
}

/** What the object's own latest event says it is worth, else the first that touches it. */
function ownAmount(object: SeedObject, touching: readonly EventItem[]) {
  const own = touching.findLast(item => item.event.type.split('.')[1] === object.type && item.event.data.amount)
  return (own ?? touching.find(item => item.event.data.amount))?.event.data.amount ?? null
}

const identity = ({ namespace, type, id }: SeedObject): { namespace: string; type: string; id: string } => ({ namespace, type, id })
const instant = (at: number): string => new Date(at).toISOString()
