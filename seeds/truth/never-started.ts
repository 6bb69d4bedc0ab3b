/**
 * What never arrived: an interface that fell silent and a nightly run that did not come, by hand, each with a twin that only nearly did. They
 * are about an integration and no object. The integrations named here report nothing but what is written here.
 */
import type { Criticality } from '#queries/model/event.ts'
import type { EventItem } from '#seeds/history/events.ts'
import { technicalEvent } from '#seeds/history/technical.ts'
import type { PlantOptions } from './plant.ts'
import { SlowCalendar, slowDue } from './slow-calendar.ts'
import { DueTimes } from './slow-due.ts'
import { slowSeverity } from './slow-severity.ts'
import { slowWindows } from './slow-schedule.ts'
import type { NearMiss, TruthRow } from './truth.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** in which calendar silence counts */
const SILENCE_CALENDAR = 'weekdays-utc'
const SILENT = 'coldchain-odoo-alarms'
const NEARLY_SILENT = 'coldchain-panorama-readings'
/** the last sign of life: so long before the end that its time is up whatever the day is */
const SILENT_DAYS = 6
const NEARLY_SILENT_MS = 25 * MINUTE
const STOCK = 'odoo-panorama-stock'
const OPENED = 'feeds.feed_run.opened'
/** nights without a run of the one feed; that of the other begins shortly before it would be missed */
const MISSED_NIGHTS = 3
const NEARLY_MISSED_MS = 57 * MINUTE
/** how long life goes on after the end */
const NIGHTS_AFTER = 90

/** Integrations about which nothing comes after the given instant (epoch ms), whatever the generator would say of them. */
export function silences(until: number): ReadonlyMap<string, number> {
  return new Map([[SILENT, until - SILENT_DAYS * DAY]])
}

/** The events and the truth of what never started. */
export function neverStarted({ group, start, until }: PlantOptions): { items: EventItem[]; cases: TruthRow[]; nearMisses: NearMiss[] } {
  const lastHeard = until - SILENT_DAYS * DAY
  const items = [
    ...[30, 60, 90].map(minutes => check(SILENT, lastHeard - minutes * MINUTE)), check(SILENT, lastHeard),
    ...[26, 51].map(minutes => check(NEARLY_SILENT, until - minutes * MINUTE)), check(NEARLY_SILENT, until - NEARLY_SILENT_MS),
  ]
  const calendar = group.calendars.get(SILENCE_CALENDAR)
  if (!calendar) throw new Error(`no calendar ${SILENCE_CALENDAR}`)
  const silentAfter = group.integration(SILENT).slo.silentAfter ?? 'P1D'
  const { schedule, window } = group.integration(STOCK)
  if (!schedule || !window) throw new Error(`${STOCK} has no windows`)
  const windows = slowWindows(schedule.cron, schedule.timeZone, Math.min(start, until - 10 * DAY), until + NIGHTS_AFTER * DAY)
  const past = windows.filter(at => slowDue(null, at, window.grace) <= until)
  const firstMissed = past.at(-MISSED_NIGHTS)
  if (firstMissed === undefined) throw new Error('the history is too short for a missed night')
  for (const at of windows) {
    if (at < firstMissed) items.push(...run('stock-valuation', at + 40_000))
    items.push(...run('stock-ageing', at + (at === past.at(-1) ? NEARLY_MISSED_MS : 70_000)))
  }
  const silent = slowDue(new SlowCalendar(calendar), lastHeard, silentAfter)
  const missed = slowDue(null, firstMissed, window.grace)
  const due = new DueTimes(group)
  const row = (caseKind: string, integration: string, milestone: string | null, process: string | null, anchorAt: number, dueAt: number, criticality: Criticality | null): TruthRow => ({
    caseKind, finder: 'overdue', process, milestone, object: null, integration, facility: null, entity: null, amount: null,
    anchorAt: new Date(anchorAt).toISOString(), dueAt: new Date(dueAt).toISOString(), firstSeen: new Date(dueAt).toISOString(), criticality: null, severity: slowSeverity({ finder: 'overdue', process, milestone, objectType: null, criticality, amount: null, clock: null, threeDays: due.passed('P3D', null, dueAt, until) }), code: null, event: null,
  })
  const miss = (caseKind: string, twin: string, integration: string, milestone: string | null): NearMiss => ({ caseKind, twin, finder: 'overdue', milestone, object: null, integration, event: null })
  return {
    items,
    cases: [row('interface-silent', SILENT, null, null, lastHeard, silent, null), row('batch-not-started', STOCK, OPENED, 'batch-feeds', firstMissed, missed, window.criticality)],
    nearMisses: [
      miss('interface-silent', 'heard of just in time', NEARLY_SILENT, null),
      // the nearer miss is the other feed of the same integration, begun three minutes before it would be missed: were it found, there would be two
      miss('batch-not-started', 'ran in its window', 'odoo-panorama-finance', OPENED),
    ],
  }
}

const check = (integration: string, at: number): EventItem => technicalEvent('integration.endpoint.checked', integration, at, { status: 'succeeded', durationMs: 48, endpoint: 'kaltwacht/gateway' })

/** One run of a feed, all of it: what is wrong is never in a run, but that there is none. */
function run(feed: string, begin: number): EventItem[] {
  const id = `${feed}-${new Date(begin).toISOString().slice(0, 10)}`
  const totals = { feed, controlTotals: { count: 1_204, sum: '318442.10', currency: 'CHF' } }
  return ['opened', 'produced', 'delivered', 'loaded'].map((step, index): EventItem => {
    const at = begin + index * 4 * MINUTE
    return {
      kind: 'event', at,
      event: {
        specversion: '1.0', id: `${id}-${step}`, source: 'odoo', type: `feeds.feed_run.${step}`, subject: id, time: new Date(at).toISOString(), datacontenttype: 'application/json', integration: STOCK, correlationid: id,
        data: { status: 'succeeded', attempt: 1, durationMs: 900, objects: [{ type: 'feed_run', id, namespace: 'group', role: 'subject' }], criticality: 'high', attributes: step === 'opened' ? { feed } : totals },
      },
    }
  })
}
