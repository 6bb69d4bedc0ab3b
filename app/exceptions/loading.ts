/**
 * Whether a history is being loaded. While it is, the finder opens only what is fresh: half a story looks like trouble. What it holds
 * back is in its memory, so it tells the other processes until when that will last at least; the screens say so.
 */
import { readCursor, saveCursor } from '#queries/postgres/cursors.ts'
import type { Stores } from '#queries/stores.ts'

const READER = 'finder'
const LOADING = 'loading'

/** Says that the finder holds back until then (epoch ms). A later instant stands. */
export async function tellLoading({ postgres }: Pick<Stores, 'postgres'>, until: number): Promise<void> {
  await saveCursor(postgres, READER, LOADING, Math.round(until))
}

/** True while the finder holds back, as of `now` (epoch ms). */
export async function isLoading({ postgres }: Pick<Stores, 'postgres'>, now: number): Promise<boolean> {
  return (await readCursor(postgres, READER, LOADING)) > now
}
