/** What the demo remembers between starts, in `demo.json` of the data directory. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface DemoMemory {
  seed: number
  /** end of the history and origin of every planted case */
  until: string
  days: number
  scale: number
  /** everything up to this instant has arrived; null before the first */
  arrived: string | null
}

const FILE = 'demo.json'

/** Reads the memory; null on a first start. Throws when the file is there and cannot be read. */
export async function recall(directory: string): Promise<DemoMemory | null> {
  try {
    return JSON.parse(await readFile(join(directory, FILE), 'utf8')) as DemoMemory
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Writes the memory so that a kill leaves the old or the new one. */
export async function remember(directory: string, memory: DemoMemory): Promise<void> {
  await mkdir(directory, { recursive: true })
  const file = join(directory, FILE)
  await writeFile(`${file}.new`, `${JSON.stringify(memory, null, 1)}\n`)
  await rename(`${file}.new`, file)
}
