/** Rows from JSONEachRow bytes. In that format a raw newline only ever ends a row, so one parse does for all. */
export function decodeRows(bytes: Uint8Array): unknown[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').trimEnd()
  return text === '' ? [] : (JSON.parse(`[${text.replaceAll('\n', ',')}]`) as unknown[])
}

/** Rows as JSONEachRow bytes. */
export function encodeRows(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))
}
