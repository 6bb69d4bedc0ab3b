/** Reading files to import. */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { isGzip } from '../http/files.ts'
import { MAX_FILE_BYTES } from '../limits.ts'

/** The bytes of a file, unpacked if it is gzip. Throws Error in words when it cannot be read or is larger than a call takes. */
export async function readWhole(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new Error(`${path} cannot be read`, { cause: error })
  })
  try {
    const text = isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: MAX_FILE_BYTES }) : bytes
    if (text.length > MAX_FILE_BYTES) throw new RangeError('too large')
    return text
  } catch (error) {
    throw new Error(error instanceof RangeError ? `${path} is larger than ${MAX_FILE_BYTES} bytes unpacked: split it` : `${path} is broken gzip`, { cause: error })
  }
}
