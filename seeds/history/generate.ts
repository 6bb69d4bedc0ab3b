/**
 * The group's history: stories of every flow, technical events and the planted cases, in event-time order.
 *
 * Everything follows from the seed and the two instants; nothing here asks the clock. A story depends on its own day, facility and
 * number only, so life after `until` goes on from the same stories, and any day can be made again without those before it.
 */
import type { Criticality } from '#queries/model/event.ts'
import { silences } from '#seeds/truth/never-started.ts'
import { plant } from '#seeds/truth/plant.ts'
import type { Planting } from '#seeds/truth/plant.ts'
import type { SeedItem } from './events.ts'
import { FLOW_NAMES, flowSource } from './flows/flows.ts'
import type { FlowName } from './flows/flows.ts'
import type { Facility, Group } from './group.ts'
import { readGroup } from './group.ts'
import { habitsOf } from './habits.ts'
import { incidentsOf } from './incidents.ts'
import type { Incident } from './incidents.ts'
import { startsOf } from './load-profile.ts'
import { Random } from './random.ts'
import { serialOf } from './serial.ts'
import { Story } from './story.ts'
import { queueMeasure, technicalDay } from './technical.ts'
import { occasionalPlan } from './trouble.ts'

const DAY = 86_400_000
/** No normal story lasts longer: what begins earlier has ended. */
const LONGEST_STORY_DAYS = 110

export interface HistoryOptions {
  seed: number
  /** the history ends here, and planted cases are dated from here */
  until: Date
  /** length of the history; default 90 */
  days?: number
  /** 1 is about 400,000 events in 90 days; planted cases are the same at every scale */
  scale?: number
  /** plant the cases of `seeds/truth`; default true */
  planted?: boolean
  group?: Group
}

export interface LifeOptions extends HistoryOptions {
  /** yield only what happens after this instant; default: everything */
  from?: Date
  /** stories that begin after `until` are this many times as many, so that a demo is worth watching; default 1 */
  liveFactor?: number
}

interface Life { group: Group; seed: number; start: number; until: number; scale: number; liveFactor: number; incidents: readonly Incident[]; planting: Planting | null }

/** All events until `until`, in order. About 400,000 at scale 1. */
export function* generateHistory(options: HistoryOptions): Generator<SeedItem> {
  const until = options.until.getTime()
  for (const item of generateLife(options)) {
    if (item.at > until) return
    yield item
  }
}

/** The same and what comes after, without end. In the later part about one story in fifty goes wrong. */
export function* generateLife(options: LifeOptions): Generator<SeedItem> {
  const until = options.until.getTime()
  const start = until - (options.days ?? 90) * DAY
  const group = options.group ?? readGroup()
  const planting = options.planted === false ? null : plant({ group, seed: options.seed, start, until })
  const life: Life = { group, seed: options.seed, start, until, scale: options.scale ?? 1, liveFactor: options.liveFactor ?? 1, incidents: incidentsOf(start, until), planting }
  const from = options.from?.getTime() ?? Number.NEGATIVE_INFINITY
  const buckets = new Map<number, SeedItem[]>()
  const firstDay = Math.max(Math.floor(start / DAY), Number.isFinite(from) ? Math.floor(from / DAY) - LONGEST_STORY_DAYS : 0)
  const silent = planting === null ? new Map<string, number>() : silences(until)
  const put = (item: SeedItem): void => {
    if (item.at <= from || (item.kind === 'event' && item.at > (silent.get(item.event.integration) ?? Infinity))) return
    const day = Math.max(firstDay, Math.floor(item.at / DAY))
    const bucket = buckets.get(day)
    if (bucket) bucket.push(item)
    else buckets.set(day, [item])
  }
  planting?.items.forEach(put)
  lastWords(life).forEach(put)
  for (let day = firstDay; ; day++) {
    tellDay(life, day, put)
    const bucket = buckets.get(day)
    buckets.delete(day)
    if (bucket) yield* bucket.sort((a, b) => a.at - b.at)
  }
}

/** What was planted in a history, without making it. */
export function plantingOf(options: HistoryOptions): Planting {
  const until = options.until.getTime()
  return plant({ group: options.group ?? readGroup(), seed: options.seed, start: until - (options.days ?? 90) * DAY, until })
}

/** Each integration is heard of shortly before the end: at a small scale measurements are days apart, and would look like silence. */
function lastWords({ group, seed, until, incidents }: Life): SeedItem[] {
  return group.integrations.map((integration, index) => queueMeasure(incidents, integration.id, until - (2 + (index % 20)) * 60_000 - index, new Random(seed, 'last-word', integration.id)))
}

function tellDay(life: Life, day: number, put: (item: SeedItem) => void): void {
  const { group, seed, start, until, incidents } = life
  const late = day > Math.floor(until / DAY)
  const scale = life.scale * (late ? life.liveFactor : 1)
  for (const item of technicalDay(group, incidents, seed, day, life.scale)) if (item.at >= start) put(item)
  for (const item of habitsOf(group, day, until)) if (item.at >= start) put(item)
  for (const [flowIndex, name] of FLOW_NAMES.entries()) {
    for (const [facilityIndex, facility] of group.facilities.entries()) {
      const random = new Random(seed, 'starts', name, facility.id, day)
      let count = 0
      for (const at of startsOf(group, flowSource(name), facility, day, scale, random)) {
        const serial = serialOf(day, facilityIndex + 1, `${String(flowIndex + 10)}${String(count++).padStart(3, '0')}`)
        if (at >= start) for (const item of tell(life, name, facility, at, serial)) put(item)
      }
    }
  }
}

function tell(life: Life, name: FlowName, facility: Facility, at: number, serial: string): SeedItem[] {
  const random = new Random(life.seed, serial)
  const source = flowSource(name)
  const plan = at > life.until ? occasionalPlan(name, random) : null
  const story = new Story({
    group: life.group, random, incidents: life.incidents, facility: facility.id, criticality: urgency(source.urgency, random.unit()),
    start: at, serial, plan, minor: null, dryRun: false,
  })
  source.tell(story)
  return story.items
}

function urgency([critical, high, normal]: readonly [number, number, number], unit: number): Criticality {
  if (unit < critical) return 'critical'
  if (unit < critical + high) return 'high'
  return unit < critical + high + normal ? 'normal' : 'low'
}
