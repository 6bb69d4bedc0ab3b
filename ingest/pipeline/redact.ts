/** Step 4, redact: nothing personal and no secret goes further than this. */
import { MAX_ATTRIBUTES_BYTES } from '../limits.ts'
import type { CallContext, Contracted, Refusal } from './item.ts'

/** The event with its free text scrubbed. Identifiers that the contract names stay; an endpoint loses its query string, where keys travel. */
export function redact(item: Contracted, { scrubber }: CallContext): Contracted | Refusal {
  const { data, envelope } = item
  const attributes = data.attributes ? scrubber.attributes(data.attributes) : {}
  if (data.attributes && Buffer.byteLength(JSON.stringify(attributes)) > MAX_ATTRIBUTES_BYTES) {
    return { code: 'too_large', message: `attributes may have at most ${MAX_ATTRIBUTES_BYTES} bytes`, path: 'data.attributes' }
  }
  return {
    ...item,
    envelope: { ...envelope, subject: scrubber.text(envelope.subject) },
    data: {
      ...data,
      attributes,
      endpoint: data.endpoint && scrubber.text(data.endpoint.replace(/[?#].*$/s, '')),
      error: data.error && { ...data.error, message: data.error.message && scrubber.text(data.error.message) },
    },
  }
}
