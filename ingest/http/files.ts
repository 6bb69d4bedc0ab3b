/** `POST /v1/files/{format}`: which formats there are, and how each is read. */
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { ocelItems } from '../adapters/ocel2/adapter.ts'
import { MAX_FILE_BYTES } from '../limits.ts'
import { decodeBatch, decodeLines, unreadableCall, type Items } from '../pipeline/decode.ts'
import type { CallContext } from '../pipeline/item.ts'
import { skipSpace } from '../pipeline/json-scan.ts'
import { expand, type Room } from './body.ts'

export const FILE_FORMATS = ['events', 'ocel2'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]

/** Whose file it is: the query's parameters; '' where not given. */
export interface FileOrigin { integration: string; facility: string }

/** True for a format that there is. */
export function isFileFormat(format: string): format is FileFormat {
  return FILE_FORMATS.some(one => one === format)
}

/** Logs of other tools keep the attributes of types that our catalogue does not know. */
export function isImported(format: FileFormat): boolean {
  return format === 'ocel2'
}

/** The records of a file, gzip or not by its first bytes. `file` null: the transport's own gzip was broken. Throws CallProblem (413, 503). */
export async function readFile(format: FileFormat, file: Buffer | null, origin: FileOrigin, call: CallContext, clickhouse: ClickHouse, room: Room): Promise<Items> {
  const text = file && isGzip(file) ? await expand(oneChunk(file), MAX_FILE_BYTES, room) : file
  if (!text) return unreadableCall('unreadable', 'the gzip data is broken')
  switch (format) {
    case 'ocel2': return ocelItems(text, origin, call, clickhouse)
    case 'events': return isArray(text) ? decodeBatch(text) : decodeLines(text)
  }
}

/** True if the text is a JSON array rather than lines. */
export function isArray(text: Buffer): boolean {
  return text[skipSpace(text, text[0] === 0xef ? 3 : 0)] === 0x5b
}

/** By gzip's magic number (RFC 1952). */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

async function* oneChunk(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
