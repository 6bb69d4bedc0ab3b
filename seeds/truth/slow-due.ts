/** When something is due by an expectation document, by the slow calendar. */
import type { Criticality } from '#queries/model/event.ts'
import type { Expectation } from '#queries/catalogue/schema.ts'
import type { Group } from '#seeds/history/group.ts'
import { SlowCalendar, slowDue } from './slow-calendar.ts'

/** The calendar of a facility that is unknown or not named. */
const UNKNOWN_PLACE = 'weekdays-utc'

/** Due times of expectations for one group of documents. Instants are epoch milliseconds. */
export class DueTimes {
  readonly #group: Group
  readonly #calendars = new Map<string, SlowCalendar>()

  constructor(group: Group) {
    this.#group = group
  }

  /** The due time after an anchor event at a facility (null: none named) for an object of this criticality. */
  of(expectation: Expectation, criticality: Criticality, facility: string | null, anchorAt: number): number {
    return slowDue(this.#calendar(expectation.calendar, facility), anchorAt, expectation.within[criticality])
  }

  /** When the warning comes: after the expectation's share of the time allowed, in the same calendar, so that it never comes on a weekend. */
  warning(expectation: Expectation, criticality: Criticality, facility: string | null, anchorAt: number): number {
    return slowDue(this.#calendar(expectation.calendar, facility), anchorAt, expectation.within[criticality], expectation.warnAt)
  }

  /** Whether so much working time of a facility (null: none named) has passed between two instants. */
  passed(duration: string, facility: string | null, since: number, until: number): boolean {
    return slowDue(this.#calendar('facility', facility), since, duration) <= until
  }

  #calendar(name: string, facility: string | null): SlowCalendar | null {
    if (name === 'always') return null
    const place = this.#group.facilities.find(item => item.id === facility)
    const id = name === 'facility' ? (place?.calendar ?? UNKNOWN_PLACE) : name
    let known = this.#calendars.get(id)
    if (!known) {
      const document = this.#group.calendars.get(id)
      if (!document) throw new Error(`no calendar ${id}`)
      this.#calendars.set(id, known = new SlowCalendar(document))
    }
    return known
  }
}
