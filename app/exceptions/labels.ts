/** Names for what the worklist and an exception's page show as ids: facilities, integrations, steps, processes, people. */
import { readSaid } from '#queries/model/said.ts'
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { ExceptionKind, ExceptionStatus, ResolutionCode, Severity, SlaState } from '#queries/model/exception.ts'

export const KIND_LABELS: Readonly<Record<ExceptionKind, string>> = { failed: 'Failed', overdue: 'Overdue', mismatch: 'Mismatch', rejected: 'Rejected' }
export const SEVERITY_LABELS: Readonly<Record<Severity, string>> = { critical: 'Critical', high: 'High', normal: 'Medium', low: 'Low' }
export const STATUS_LABELS: Readonly<Record<ExceptionStatus, string>> = { open: 'Open', acknowledged: 'In work', waiting: 'Waiting', resolved: 'Resolved', ignored: 'Ignored' }
export const SLA_LABELS: Readonly<Record<SlaState, string>> = { on_time: 'On time', at_risk: 'At risk', breached: 'Breached', paused: 'Paused', none: 'No due time' }
export const RESOLUTION_LABELS: Readonly<Record<ResolutionCode, string>> = {
  fixed_at_source: 'Corrected in the sending system', fixed_in_target: 'Corrected in the receiving system', posted_by_hand: 'Posted by hand', duplicate: 'A duplicate of something that went through',
  not_needed: 'No longer needed', accepted_as_is: 'Accepted as it is', false_alarm: 'There was nothing wrong', other: 'Something else, see the note',
}
/** Why an exception closed by itself, in words. */
const CLOSING_LABELS: Readonly<Record<string, string>> = {
  milestone_seen: 'The missing step was seen', matched: 'Both sides agree now', superseded: 'A later answer replaced it', cancelled: 'What it was about was cancelled', not_due: 'It is not due after all', carried: 'The step was tried and failed: the exception of that failure goes on',
  step_succeeded: 'The same step succeeded again', redriven: 'It was taken in after a correction', corrected: 'A corrected event was taken in',
}

/** The name of a facility with its city; its id if the catalogue does not know it, `No facility` for none. */
export function facilityName(catalogue: Catalogue, id: string | null): string {
  if (!id) return 'No facility'
  const facility = catalogue.facility(id)
  return facility ? `${facility.name}, ${facility.city}` : id
}

/** The name of an integration; its id if the catalogue does not know it. */
export function integrationName(catalogue: Catalogue, id: string | null): string | null {
  return id ? (catalogue.integration(id)?.name ?? id) : null
}

/** The name of a step; its type if the catalogue does not know it. */
export function stepName(catalogue: Catalogue, type: string | null): string | null {
  return type ? (catalogue.milestoneOf(type)?.milestone.words.name ?? type) : null
}

/** A value of the filter by what was said, in words: `Payment received: method card`. */
export function saidWords(catalogue: Catalogue, text: string): string {
  const said = readSaid(text)
  if (!said) return text
  const step = stepName(catalogue, said.type) ?? said.type
  if (said.attribute === null) return `${step}: not seen`
  if (said.attribute === 'integration') return `${step}: by ${integrationName(catalogue, said.value) ?? 'no integration'}`
  return `${step}: ${said.attribute.replaceAll('_', ' ')} ${said.value === '' ? 'not said' : said.value.replaceAll('_', ' ')}`
}

/** The short name of a process; its id if the catalogue does not know it. */
export function processName(catalogue: Catalogue, id: string | null): string | null {
  return id ? (catalogue.processes.get(id)?.shortName ?? id) : null
}

/** Why an exception is closed, in words; the code itself if it is not known. */
export function resolutionName(code: string): string {
  return (RESOLUTION_LABELS as Record<string, string>)[code] ?? CLOSING_LABELS[code] ?? code.replaceAll('_', ' ')
}

/** `purchase_order` → `purchase order`. */
export function objectNoun(type: string): string {
  return type.replaceAll('_', ' ')
}

/** The noun for several: `purchase orders`, `deliveries`. */
export function objectNouns(type: string): string {
  const noun = objectNoun(type)
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : /(s|x|ch)$/.test(noun) ? `${noun}es` : `${noun}s`
}

/** How many of a kind of object: `1 purchase order`, `12 deliveries`. */
export function objectCount(type: string | null, count: number): string {
  return count === 1 ? `1 ${objectNoun(type ?? 'case')}` : `${count} ${objectNouns(type ?? 'case')}`
}

/** An ISO 8601 duration of the catalogue in words: `PT4H` → `4 h`, `P2D` → `2 working days`. */
export function durationWords(duration: string, working: boolean): string {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration)
  if (!match) return duration
  const [, days, hours, minutes, seconds] = match
  return [
    days ? `${days} ${working ? 'working ' : ''}${days === '1' ? 'day' : 'days'}` : null,
    hours ? `${hours} h` : null, minutes ? `${minutes} min` : null, seconds ? `${seconds} s` : null,
  ].filter(part => part !== null).join(' ')
}
