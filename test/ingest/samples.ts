/** Finds the folder of samples beside the project (or beside the folder of its work trees); null where there is none. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export function samplesFolder(): string | null {
  for (let folder = dirname(import.meta.dirname); dirname(folder) !== folder; folder = dirname(folder)) {
    const samples = join(folder, 'shared', 'samples')
    if (existsSync(samples)) return samples
  }
  return null
}
