/** OCEL objects → rows of `object_attributes`: what the log says of each object, also of those that no event touches. */
import { setImmediate as turn } from 'node:timers/promises'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { writeObjectAttributes } from '#queries/clickhouse/events/object-attributes.ts'
import { toInstant, type ObjectAttributeRow } from '#queries/clickhouse/events/rows.ts'
import type { CallContext } from '../../pipeline/item.ts'
import { parseTime } from '../../pipeline/time.ts'
import { ocelObject, parseSpan, type OcelLog, type OcelObject } from './log.ts'

export interface OcelOrigin { source: string; namespace: string }

const ROWS_PER_WRITE = 10_000
const OBJECTS_PER_TURN = 1000

export interface StoredObjects {
  /** an object's type by its id */
  types: ReadonlyMap<string, string>
  /** positions of what is no OCEL object */
  flawed: readonly number[]
}

/** Stores the attributes of all objects. Resolves when they are durable; the same log again changes nothing. */
export async function storeObjects(text: Buffer, log: OcelLog, origin: OcelOrigin, { scrubber, receivedAt }: CallContext, clickhouse: ClickHouse): Promise<StoredObjects> {
  const types = new Map<string, string>()
  const flawed: number[] = []
  const receivedText = toInstant(receivedAt)
  let rows: ObjectAttributeRow[] = []
  for (const [index, span] of log.objects.spans.entries()) {
    const object = parseSpan(text, span, ocelObject)
    if (object) {
      types.set(object.id, object.type)
      rows.push(...attributeRows(object, origin, receivedText, scrubber.attributes))
    } else flawed.push(index)
    if (rows.length >= ROWS_PER_WRITE) {
      await writeObjectAttributes(clickhouse, rows)
      rows = []
    } else if (index % OBJECTS_PER_TURN === 0) await turn()
  }
  await writeObjectAttributes(clickhouse, rows)
  return { types, flawed }
}

function attributeRows(object: OcelObject, { source, namespace }: OcelOrigin, receivedAt: string, redact: CallContext['scrubber']['attributes']): ObjectAttributeRow[] {
  const row = (name: string, time: string, text: string, position: number): ObjectAttributeRow =>
    ({ namespace, object_type: object.type, object_id: object.id, name, time, source, position, value: text, received_at: receivedAt })
  // a value without a time holds from the beginning, which OCEL writes as 1970
  const beginning = toInstant(0)
  const attributes = (object.attributes ?? []).map(({ name, value, time }, position) => {
    const redacted = redact({ [name]: value })[name] ?? ''
    const at = time ? parseTime(time) : null
    return row(name, at ? toInstant(at.epochMs) : beginning, String(redacted), position)
  })
  const relationships = (object.relationships ?? []).map(({ objectId, qualifier }, position) => row(`relationship:${qualifier ?? ''}`, beginning, objectId, position))
  return [...attributes, ...relationships]
}
