/** What the middleware reports about itself: queue depths, endpoint checks, releases, certificates. */
import type { EventItem, SeedData } from './events.ts'
import type { Group } from './group.ts'
import { incidentAt } from './incidents.ts'
import type { Incident } from './incidents.ts'
import { Random } from './random.ts'

const HOUR = 3_600_000
const DAY = 86_400_000
const MINUTE = 60_000
const LAYER = 'execution-layer'

/** One technical event of an integration. */
export function technicalEvent(type: string, integration: string, at: number, data: SeedData): EventItem {
  const time = Math.round(at)
  const what = type.split('.').slice(1).join('-')
  return {
    kind: 'event', at: time,
    event: { specversion: '1.0', id: `${what}-${integration}-${time}`, source: LAYER, type, subject: integration, time: new Date(time).toISOString(), datacontenttype: 'application/json', integration, correlationid: `${what}-${integration}-${time}`, data },
  }
}

/** A queue measure; a held-up integration's queue grows while the incident lasts. */
export function queueMeasure(incidents: readonly Incident[], integration: string, at: number, random: Random): EventItem {
  const incident = incidentAt(incidents, integration, at)
  const hour = new Date(at).getUTCHours()
  const busy = hour >= 6 && hour < 17 ? 1 : 0.25
  const depth = incident ? Math.round(12 + (at - incident.from) / 90_000) : Math.floor(random.logNormal(1.6 * busy, 0.9))
  const oldestSeconds = incident ? Math.round((at - incident.from) / 1000) : depth === 0 ? 0 : Math.round(random.logNormal(9, 0.8))
  return technicalEvent('integration.queue.measured', integration, at, { status: 'succeeded', attributes: { depth, oldestSeconds } })
}

/** Technical events of a UTC day (days since 1970), in no order. A smaller scale measures less often. */
export function technicalDay(group: Group, incidents: readonly Incident[], seed: number, day: number, scale: number): EventItem[] {
  const items: EventItem[] = []
  const begin = day * DAY
  const every = (period: number, offset: number): number[] => {
    const step = period / scale
    const times: number[] = []
    for (let at = Math.ceil((begin - offset) / step) * step + offset; at < begin + DAY; at += step) times.push(Math.round(at))
    return times
  }
  for (const [index, integration] of group.integrations.entries()) {
    const random = new Random(seed, 'technical', integration.id, day)
    for (const at of every(1.5 * HOUR, index * 41_000)) items.push(queueMeasure(incidents, integration.id, at, random))
    for (const at of every(4 * HOUR, index * 97_000)) {
      if (!incidentAt(incidents, integration.id, at)) items.push(technicalEvent('integration.endpoint.checked', integration.id, at, { status: 'succeeded', durationMs: Math.round(random.logNormal(60, 0.6)), endpoint: integration.to }))
    }
    if (random.chance(0.012)) items.push(technicalEvent('integration.deployment.released', integration.id, begin + 8 * HOUR + random.int(0, 6 * HOUR), { status: 'succeeded', attributes: { release: `2026.${30 + (day % 20)}.${random.int(1, 9)}` } }))
  }
  for (const incident of incidents) {
    if (incident.from >= begin && incident.from < begin + DAY) items.push(...incidentEvents(incident))
    const daysLeft = Math.ceil((incident.from - begin) / DAY) - 1
    if (incident.kind === 'credential' && [14, 7, 1].includes(daysLeft)) {
      for (const integration of incident.integrations) items.push(technicalEvent('integration.credential.expiring', integration, begin + 5 * HOUR, { status: 'succeeded', attributes: { daysLeft } }))
    }
  }
  return items
}

function incidentEvents(incident: Incident): EventItem[] {
  const items: EventItem[] = []
  for (const [index, integration] of incident.integrations.entries()) {
    const shift = index * 7000
    if (incident.kind === 'deployment') {
      items.push(technicalEvent('integration.deployment.released', integration, incident.from - 4 * MINUTE + shift, { status: 'succeeded', attributes: { release: '2026.41.0' } }))
      items.push(technicalEvent('integration.deployment.released', integration, incident.to - MINUTE + shift, { status: 'succeeded', attributes: { release: '2026.41.1', rollback: true } }))
      continue
    }
    for (let at = incident.from + MINUTE; at < incident.to; at += 15 * MINUTE) {
      items.push(technicalEvent('integration.endpoint.checked', integration, at + shift, { status: 'failed', error: incident.error }))
    }
    items.push(technicalEvent('integration.endpoint.checked', integration, incident.to + MINUTE + shift, { status: 'succeeded', durationMs: 61 }))
  }
  return items
}
