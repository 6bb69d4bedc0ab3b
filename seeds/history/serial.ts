/** Numbers on business documents. */

const DAY = 86_400_000

/** `26305-0310017`: year and day, facility, then a number unique on that day. */
export function serialOf(day: number, facility: number, number: string): string {
  const date = new Date(day * DAY)
  const dayOfYear = day - Math.floor(Date.UTC(date.getUTCFullYear(), 0, 1) / DAY) + 1
  return `${String(date.getUTCFullYear() % 100).padStart(2, '0')}${String(dayOfYear).padStart(3, '0')}-${String(facility).padStart(2, '0')}${number}`
}
