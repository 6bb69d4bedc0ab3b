/** How a source of events is called on screen. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'

/** Imported logs have no name but their hash: this much of it tells them apart. */
const HASH_SHOWN = 8

/** The catalogue's name of a system; an imported log by the start of its hash; else the source as it came. */
export function systemName(catalogue: Catalogue, source: string): string {
  const known = catalogue.systems.get(source)?.name
  if (known !== undefined) return known
  return source.startsWith('ocel:') ? `Imported log ${source.slice(5, 5 + HASH_SHOWN)}` : source
}
