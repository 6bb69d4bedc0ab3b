/** Durations of the catalogue as people read and write them: `P1DT4H` ↔ `1 d 4 h`. */

const UNITS: Readonly<Record<string, 'D' | 'H' | 'M'>> = { d: 'D', day: 'D', days: 'D', h: 'H', hour: 'H', hours: 'H', m: 'M', min: 'M', minute: 'M', minutes: 'M' }

/** `P1DT4H30M` → `1 d 4 h 30 min`; what it does not know stays as it is. */
export function durationText(iso: string): string {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso)
  if (!match) return iso
  const parts = [[match[1], 'd'], [match[2], 'h'], [match[3], 'min'], [match[4], 's']].flatMap(([count, unit]) => (count && count !== '0' ? [`${count} ${unit}`] : []))
  return parts.join(' ') || '0 min'
}

/** `1 d 4 h`, `90 min`, `2 days` → ISO 8601; null for anything else, and for nothing at all. */
export function readDuration(text: string): string | null {
  const sum = { D: 0, H: 0, M: 0 }
  const rest = text.trim().toLowerCase().replace(/(\d{1,5})\s*([a-z]+)\s*/g, (whole, count: string, unit: string) => {
    const name = UNITS[unit]
    if (name === undefined) return whole
    sum[name] += Number(count)
    return ''
  })
  if (rest !== '' || sum.D + sum.H + sum.M === 0) return null
  const clock = `${sum.H > 0 ? `${sum.H}H` : ''}${sum.M > 0 ? `${sum.M}M` : ''}`
  return `P${sum.D > 0 ? `${sum.D}D` : ''}${clock === '' ? '' : `T${clock}`}`
}
