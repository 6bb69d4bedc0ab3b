/** When stories start: the rhythm of weeks, months and days. */
import type { Facility, Group } from './group.ts'
import type { FlowSource } from './flows/flows.ts'
import type { Random } from './random.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
/** Sunday first, as Date.getUTCDay counts */
const CLINICAL_WEEK = [0.55, 1.1, 1.08, 1.04, 1, 0.95, 0.6]
const OFFICE_WEEK = [0.9, 1.12, 1.06, 1, 1, 0.86, 0.4]
/** share of clinical work by hour of the local day */
const CLINICAL_HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 10, 9, 7, 8, 9, 8, 7, 5, 4, 3, 2, 2, 1, 1]
const CLINICAL_SUM = CLINICAL_HOURS.reduce((sum, share) => sum + share, 0)

/** How much busier than usual a day is (days since 1970). */
function season(source: FlowSource, day: number): number {
  const date = new Date(day * DAY)
  const week = (source.rhythm === 'clinical' ? CLINICAL_WEEK : OFFICE_WEEK)[date.getUTCDay()] ?? 1
  const monthDay = date.getUTCDate()
  const daysLeft = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() - monthDay
  const monthEnd = source.monthEnd && (daysLeft < 3 || monthDay <= 1) ? 1.65 : 1
  const summer = date.getUTCMonth() === 6 || date.getUTCMonth() === 7 ? 0.88 : 1
  return week * monthEnd * summer
}

/** Instants (epoch ms) at which a facility starts stories of one flow on a UTC day. */
export function startsOf(group: Group, source: FlowSource, facility: Facility, day: number, scale: number, random: Random): number[] {
  const rate = source.rate(facility)
  if (rate === 0) return []
  const midnight = day * DAY
  const local = (minutes: number): number => midnight + minutes * 60_000 - group.offset(facility.id, midnight) * 60_000
  const office = (at: number): number => group.working('facility', facility.id).open(at)
  if (source.fixed) {
    if (source.rhythm === 'night') return Array.from({ length: rate }, (_, index) => local(120 + index * 7) + random.int(0, 240_000))
    if (typeof source.rhythm === 'number') return new Date(midnight).getUTCDate() === source.rhythm ? [office(local(9 * 60)) + random.int(0, 3_600_000)] : []
  }
  const count = Math.floor(rate * scale * season(source, day) + random.unit())
  const starts: number[] = []
  for (let index = 0; index < count; index++) {
    if (source.rhythm === 'clinical') {
      starts.push(local(hourByShare(random.unit()) * 60) + random.int(0, HOUR - 1))
    } else {
      // the sum of two draws: most is begun in the middle of the day
      const wanted = local(8 * 60 + (random.unit() + random.unit()) * 4.5 * 60)
      const at = office(wanted)
      if (at - wanted < 6 * HOUR) starts.push(at === wanted ? at : at + random.int(0, 1_200_000))
    }
  }
  return starts
}

function hourByShare(unit: number): number {
  let left = unit * CLINICAL_SUM
  for (let hour = 0; hour < 24; hour++) {
    left -= CLINICAL_HOURS[hour] ?? 0
    if (left < 0) return hour
  }
  return 23
}
