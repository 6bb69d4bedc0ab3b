/** When a daily schedule comes round, by walking through the minutes of the wall clock: shares no code with what the product uses. */

const MINUTE = 60_000
/** No two windows of a day's schedule are nearer, whatever the clocks do: the walk leaves these hours out. */
const NEAREST_MS = 22 * 3_600_000

/**
 * The instants in (from, to] at which `M H * * *` comes round in a time zone. Where the clocks leave the time out it is the first minute
 * after the gap, where they show it twice the first of the two. Throws RangeError for any other pattern.
 */
export function slowWindows(cron: string, timeZone: string, from: number, to: number): number[] {
  const match = /^(\d{1,2}) (\d{1,2}) \* \* \*$/.exec(cron)
  if (!match) throw new RangeError(`not a daily schedule: ${cron}`)
  const target = Number(match[2]) * 60 + Number(match[1])
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', day: '2-digit', hour: '2-digit', minute: '2-digit' })
  const wall = (at: number) => {
    const part = Object.fromEntries(format.formatToParts(at).map(item => [item.type, item.value]))
    return { day: part['day'], clock: Number(part['hour']) * 60 + Number(part['minute']) }
  }
  const found: number[] = []
  let before = wall(Math.floor(from / MINUTE) * MINUTE)
  for (let at = (Math.floor(from / MINUTE) + 1) * MINUTE; at <= to; at += MINUTE) {
    const now = wall(at)
    const passed = now.day === before.day ? before.clock < target : true
    if (now.clock >= target && passed && !(now.day === before.day && before.clock >= target)) {
      found.push(at)
      at += NEAREST_MS
      before = wall(at)
      continue
    }
    before = now
  }
  return found
}
