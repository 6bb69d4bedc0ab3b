/** Durations of elapsed time, for windows and words. */
import { ALWAYS, workingMs } from '#queries/catalogue/calendar.ts'

/** Milliseconds of an ISO 8601 duration of days, hours, minutes and seconds. */
export const durationMs = (duration: string): number => workingMs(ALWAYS, duration)

/** `PT4H` → `4 hours`, `P1D` → `1 day`, `PT2S` → `2 seconds`; zero is `at once`. */
export function durationWords(duration: string): string {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration)
  const parts = (['day', 'hour', 'minute', 'second'] as const).flatMap((unit, index) => {
    const count = Number(match?.[index + 1] ?? 0)
    return count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`]
  })
  return parts.join(' ') || 'at once'
}
