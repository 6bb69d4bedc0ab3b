/** What the embedded PostgreSQL's thread is started with. */
export interface WorkerSettings {
  /** null keeps the database in memory */
  readonly dataDirectory: string | null
  /** an uncompressed tar from `dump`, to start from; the directory must be empty then */
  readonly dumpFile: string | null
}

export type WorkerRequest =
  | { readonly id: number; readonly kind: 'protocol'; readonly bytes: Uint8Array }
  | { readonly id: number; readonly kind: 'dump' | 'close' }

export type WorkerAnswer = { readonly ready: true } | { readonly id: number; readonly bytes: Uint8Array } | { readonly id: number; readonly error: string }
