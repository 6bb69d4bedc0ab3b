/** OCEL 2.0 → events: type and ids verbatim, the log's declared attributes, `status: succeeded`, `source: ocel:<hash of the log>`. */
import { hash } from 'node:crypto'
import type { ClickHouse } from '#queries/clickhouse/clickhouse.ts'
import { decodeElement, unreadableCall, type Items } from '../../pipeline/decode.ts'
import type { CallContext, Decoded, Refusal, Undecoded } from '../../pipeline/item.ts'
import { ocelEvent, readLog, type OcelEvent, type OcelLog } from './log.ts'
import { storeObjects } from './objects.ts'

const MAX_QUALIFIER = 100

/**
 * The events of a log as items; its objects' attributes are durable when this resolves. The hash is of the text as it is unpacked, so
 * the same log is the same source, packed or not. `integration` and `facility`, '' for none, are whose log it is.
 */
export async function ocelItems(text: Buffer, whose: { integration: string; facility: string }, call: CallContext, clickhouse: ClickHouse): Promise<Items> {
  const log = await readLog(text)
  if (!log) return unreadableCall('malformed', 'is not an OCEL 2.0 log in JSON: an object with a member "events"', text)
  const source = `ocel:${hash('sha256', text, 'hex')}`
  const namespace = call.catalogue.namespaceFor(whose.integration, whose.facility) ?? 'default'
  const { types, flawed } = await storeObjects(text, log, { source, namespace }, call, clickhouse)
  // what is wrong with the log beside its events is reported behind them
  const flaws = [
    ...(log.events.closed ? [] : [flaw('malformed', 'the array "events" is not closed', 'events')]),
    ...flawed.map(position => flaw('contract_violation', 'is not an OCEL object', `objects.${position}`)),
    ...(log.objects.closed ? [] : [flaw('malformed', 'the array "objects" is not closed', 'objects')]),
  ]
  return {
    count: log.events.spans.length + flaws.length,
    * [Symbol.iterator]() {
      for (const [position, span] of log.events.spans.entries()) yield toItem(decodeElement(text, span, position), log, types, source, whose)
      for (const [offset, refusal] of flaws.entries()) yield { position: log.events.spans.length + offset, bytes: 0, refusal, contentHash: hash('sha256', `${source}\0${refusal.path}`, 'hex') }
    },
  }
}

function flaw(code: Refusal['code'], message: string, path: string): Refusal {
  return { code, message, path }
}

function toItem(item: Decoded | Undecoded, log: OcelLog, types: ReadonlyMap<string, string>, source: string, whose: { integration: string; facility: string }): Decoded | Undecoded {
  if (!('event' in item)) return item
  const parsed = ocelEvent.safeParse(item.event)
  if (!parsed.success) return { position: item.position, bytes: item.bytes, refusal: { code: 'contract_violation', message: 'is not an OCEL event', path: parsed.error.issues[0]?.path.map(String).join('.') ?? '' }, contentHash: hash('sha256', JSON.stringify(item.event), 'hex') }
  return { ...item, event: cloudEvent(parsed.data, log, types, source, whose) }
}

function cloudEvent(event: OcelEvent, log: OcelLog, types: ReadonlyMap<string, string>, source: string, { integration, facility }: { integration: string; facility: string }): Record<string, unknown> {
  const declared = log.declared(String(event.type))
  const attributes = (event.attributes ?? []).filter(({ name }) => declared.has(name)).map(({ name, value }) => [name, value])
  return {
    specversion: '1.0',
    id: event.id, type: event.type, time: event.time, source,
    ...(integration && { integration }), ...(facility && { facility }),
    data: {
      status: 'succeeded',
      // an object that the log does not list has no type of its own
      objects: (event.relationships ?? []).map(({ objectId, qualifier }) => ({ type: types.get(objectId) ?? 'unknown', id: objectId, role: qualifier?.slice(0, MAX_QUALIFIER) })),
      attributes: Object.fromEntries(attributes),
    },
  }
}
