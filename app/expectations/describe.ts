/** An expectation in words, field by field: what the page shows, what a version changed, what the audit keeps. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Expectation } from '#queries/catalogue/schema.ts'
import { stepName } from '../exceptions/labels.ts'
import { conditionLines } from './condition-text.ts'
import { durationText } from './durations.ts'

/** A calendar by its name, as an expectation names it. */
export function calendarName(catalogue: Catalogue, id: string): string {
  if (id === 'facility') return "The facility's own calendar"
  return id === 'always' ? 'Around the clock' : (catalogue.calendars.get(id)?.name ?? id)
}

/** Label and text of each field that can be changed; the same labels in the same order always. */
export function describe(catalogue: Catalogue, expectation: Expectation): Record<string, string> {
  const { within, pause } = expectation
  const names = (types: readonly string[]) => types.map(type => `“${stepName(catalogue, type) ?? type}”`).join(' or ')
  return {
    'Allowed, critical': durationText(within.critical), 'Allowed, high': durationText(within.high), 'Allowed, normal': durationText(within.normal), 'Allowed, low': durationText(within.low),
    Calendar: calendarName(catalogue, expectation.calendar),
    'At risk from': `${Math.round(expectation.warnAt * 100)} %`,
    'Only if': conditionLines(expectation.when).join('; ') || 'always',
    'Stands still': pause === null ? 'never' : `from ${names(pause.from)} until ${names(pause.until)}, ${durationText(pause.atMost)} at most`,
  }
}

/** What differs between two descriptions. */
export function differences(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): { field: string; before: string; after: string }[] {
  return Object.keys(after).filter(field => before[field] !== after[field]).map(field => ({ field, before: before[field] ?? '', after: after[field] ?? '' }))
}
