/** `POST /v1/events`: which of the four CloudEvents forms a call has, and its items. */
import { MAX_EVENTS } from '../limits.ts'
import { decodeBatch, decodeBinary, decodeLines, decodeStructured, unreadableCall, type Items } from '../pipeline/decode.ts'
import { CallProblem } from './problem.ts'

export type Form = 'structured' | 'batch' | 'lines' | 'binary'

/** The form by content type, else by the presence of `ce-` headers. Throws CallProblem (415). */
export function formOf(headers: Headers): Form {
  const [type = '', ...parameters] = (headers.get('content-type') ?? '').split(';').map(part => part.trim().toLowerCase())
  const charset = parameters.find(parameter => parameter.startsWith('charset='))?.slice('charset='.length).replaceAll('"', '')
  const form = type === 'application/cloudevents+json' ? 'structured'
    : type === 'application/cloudevents-batch+json' ? 'batch'
    : type === 'application/x-ndjson' ? 'lines'
    : ['ce-specversion', 'ce-id', 'ce-type', 'ce-source'].some(name => headers.has(name)) ? 'binary' : null
  if (!form) throw new CallProblem('unsupported_type', 'send application/cloudevents+json, application/cloudevents-batch+json, application/x-ndjson, or binary mode with ce- headers')
  if (charset && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) throw new CallProblem('unsupported_type', 'JSON is sent in UTF-8')
  return form
}

/** The items of a call; `body` null: its gzip could not be expanded. Throws CallProblem (413) for too many, before any is taken. */
export function itemsOf(form: Form, headers: Headers, body: Buffer | null): Items {
  const items = body === null ? unreadableCall('unreadable', 'the gzip data is broken') : decode(form, headers, body)
  if (items.count > MAX_EVENTS) throw new CallProblem('too_large', `at most ${MAX_EVENTS} events`, { limit: MAX_EVENTS })
  return items
}

function decode(form: Form, headers: Headers, body: Buffer): Items {
  switch (form) {
    case 'structured': return decodeStructured(body)
    case 'batch': return decodeBatch(body)
    case 'lines': return decodeLines(body)
    case 'binary': return decodeBinary(headers, headers.get('content-type') ?? '', body)
  }
}
