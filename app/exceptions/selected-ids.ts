/** A frozen selection as short text: ranges of ids, such as `1001-1240,1302`. Read on both sides, so it imports nothing. */

/** Exceptions in one act at most. */
export const MOST_AT_ONCE = 5000

/** Packs ids of exceptions; anything that is no id is left out. */
export function packIds(ids: Iterable<string>): string {
  const numbers = [...new Set([...ids].filter(id => /^[1-9]\d{0,14}$/.test(id)).map(Number))].sort((a, b) => a - b)
  const ranges: [number, number][] = []
  for (const id of numbers) {
    const last = ranges.at(-1)
    if (last && last[1] + 1 === id) last[1] = id
    else ranges.push([id, id])
  }
  return ranges.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(',')
}

/** The ids again, ascending and without repeats; null if the text is not such a selection or names more than `limit`. */
export function unpackIds(text: string, limit: number): string[] | null {
  const ids = new Set<number>()
  if (text === '') return []
  for (const part of text.split(',')) {
    const range = /^([1-9]\d{0,14})(?:-([1-9]\d{0,14}))?$/.exec(part)
    if (!range) return null
    const from = Number(range[1])
    const to = Number(range[2] ?? range[1])
    if (to < from || to - from >= limit) return null
    for (let id = from; id <= to; id++) ids.add(id)
    if (ids.size > limit) return null
  }
  return [...ids].sort((a, b) => a - b).map(String)
}
