/** The demo group as the generator needs it: its documents read from the JSON files of `seeds/group` and `seeds/standard`. */
import { readFileSync, readdirSync } from 'node:fs'
import type { z } from 'zod'
import type { Calendar, Expectation, Integration, Process, entity, facility } from '#queries/catalogue/schema.ts'
import { ELAPSED, workingTime, zoneOffset } from './working-time.ts'
import type { WorkingTime } from './working-time.ts'

export type Facility = z.infer<typeof facility>
export type Entity = z.infer<typeof entity>

/** The calendar used where an event names no facility. */
export const DEFAULT_CALENDAR = 'weekdays-utc'

/** Which of several integrations reports an event type: bank and gateway by legal entity, supplier channel and service system by name. */
export interface Route { entity: string; channel: string }

export interface Group {
  facilities: readonly Facility[]
  calendars: ReadonlyMap<string, Calendar>
  integrations: readonly Integration[]
  processes: readonly Process[]
  facility(id: string): Facility
  entity(id: string): Entity
  integration(id: string): Integration
  /** Working time of an expectation's calendar for an anchor event at a facility (null: none named). */
  working(calendar: string, facility: string | null): WorkingTime
  /** Minutes local time is ahead of UTC at a facility. */
  offset(facility: string, at: number): number
  /** Expectations that an event of this type can meet, each with its process. */
  expecting(type: string): readonly Expectation[]
  /** The integration that reports an event type on a route. Throws when none does. */
  route(type: string, route: Route): Integration
}

const BANK_OF_ENTITY: Record<string, string> = { 'solvane-ch': 'reussgau', 'solvane-de': 'donautal', 'solvane-pt': 'donautal', 'solvane-uk': 'pennine', 'solvane-kw': 'sahil' }

/** The payment gateway's account of each legal entity that has one. */
export const GATEWAY_OF_ENTITY: Record<string, string> = { 'solvane-ch': 'stripe-odoo-ch', 'solvane-de': 'stripe-odoo-de', 'solvane-uk': 'stripe-odoo-uk' }

/** Reads the documents below `directory` (the folder `seeds`). Throws when a file is missing or not JSON. */
export function readGroup(directory: URL = new URL('../', import.meta.url)): Group {
  const read = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, directory), 'utf8')) as T
  const facilities = read<Facility[]>('group/facilities.json')
  const entities = read<Entity[]>('group/entities.json')
  const integrations = read<Integration[]>('group/integrations.json')
  const calendarList = [...read<Calendar[]>('standard/calendars.json'), ...read<Calendar[]>('group/calendars.json')]
  const processes = readdirSync(new URL('standard/processes/', directory)).sort().flatMap(file => read<Process | Process[]>(`standard/processes/${file}`))
  const calendars = new Map(calendarList.map(calendar => [calendar.id, calendar]))
  const facilityById = new Map(facilities.map(item => [item.id, item]))
  const integrationById = new Map(integrations.map(item => [item.id, item]))
  const working = new Map<string, WorkingTime>([['always', ELAPSED]])
  const offsets = new Map(facilities.map(item => [item.id, zoneOffset(item.timeZone)]))
  const expecting = new Map<string, Expectation[]>()
  for (const expectation of processes.flatMap(process => process.expectations)) {
    for (const type of expectation.expect) expecting.set(type, [...(expecting.get(type) ?? []), expectation])
  }
  const routes = new Map<string, Integration>()
  const group: Group = {
    facilities, calendars, integrations, processes,
    facility: id => found(facilityById.get(id), `facility ${id}`),
    entity: id => found(entities.find(item => item.id === id), `entity ${id}`),
    integration: id => found(integrationById.get(id), `integration ${id}`),
    working(name, facilityId) {
      const id = name === 'facility' ? (facilityId === null ? DEFAULT_CALENDAR : group.facility(facilityId).calendar) : name
      let known = working.get(id)
      if (!known) working.set(id, known = workingTime(found(calendars.get(id), `calendar ${id}`)))
      return known
    },
    offset: (id, at) => found(offsets.get(id), `facility ${id}`)(at),
    expecting: type => expecting.get(type) ?? [],
    route(type, { entity: entityId, channel }) {
      const key = `${type} ${entityId} ${channel}`
      const known = routes.get(key)
      if (known) return known
      const all = integrations.filter(item => item.eventTypes.includes(type))
      const named = channel === '' ? [] : all.filter(item => item.id.includes(channel))
      const candidates = named.length > 0 ? named : all
      const bank = BANK_OF_ENTITY[entityId]
      const chosen = candidates.find(item => item.id === GATEWAY_OF_ENTITY[entityId])
        ?? candidates.find(item => bank !== undefined && item.id.includes(bank)) ?? candidates[0]
      routes.set(key, found(chosen, `integration for ${type}`))
      return routes.get(key) as Integration
    },
  }
  return group
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the demo group's documents have no ${what}`)
  return value
}
