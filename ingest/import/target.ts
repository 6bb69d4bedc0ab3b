/** Where an import sends its files. */
import type { Answer } from '../call.ts'
import type { FileFormat, FileOrigin } from '../http/files.ts'

export type Progress = (done: number, total: number, unit: string) => void

export interface ImportTarget {
  /** in words, for the report: where the events can be seen */
  where: string
  /** Sends a file's bytes; one answer for all of it. Throws Error with a message for the person at the terminal. */
  send(format: FileFormat, file: Buffer, origin: FileOrigin, progress: Progress): Promise<ImportAnswer>
  close(): Promise<void>
}

/** What was answered, with every receipt. */
export interface ImportAnswer extends Omit<Answer, 'receipt'> { receipts: string[] }
