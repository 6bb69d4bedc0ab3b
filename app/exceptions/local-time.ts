/** Days and mornings of a time zone; pure. */

const MINUTE_MS = 60_000

/** The calendar day of an instant in a zone: `YYYY-MM-DD`. Throws RangeError for an unknown zone. */
export function dayIn(zone: string, at: Date): string {
  const parts = new Map(new Intl.DateTimeFormat('en-GB', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(at).map(part => [part.type, part.value]))
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`
}

/** The instant at which it is `hour` o'clock on a day (`YYYY-MM-DD`) in a zone; null for what is no day. Where the clocks jump over it, the next instant there is. */
export function hourOf(day: string, hour: number, zone: string): Date | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return null
  const wanted = Date.parse(`${day}T${String(hour).padStart(2, '0')}:00:00Z`)
  if (Number.isNaN(wanted)) return null
  const offsetAt = (at: number) => {
    const parts = new Map(new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }).formatToParts(at).map(part => [part.type, part.value]))
    return Date.parse(`${parts.get('year')}-${parts.get('month')}-${parts.get('day')}T${parts.get('hour')}:${parts.get('minute')}:00Z`) - Math.floor(at / MINUTE_MS) * MINUTE_MS
  }
  // The offset is asked for twice: the first guess may lie on the other side of a change of clocks.
  const guess = wanted - offsetAt(wanted)
  return new Date(wanted - offsetAt(guess))
}
