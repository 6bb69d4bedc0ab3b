/**
 * The filter by what was said of an object: `<event type>:<attribute>=<value>` lets through objects of which the newest successful event of
 * that type says so (an attribute that it does not carry is '', and `integration` is the way it came), `<event type>:unseen` those of which
 * no such event was seen. The object is the one that the type's second word names.
 */

/** One value of the filter. */
export const SAID = /^[a-z_]+\.[a-z_]+\.[a-z_]+:(?:unseen|[A-Za-z_]{1,100}=.{0,500})$/s
const parts = /^([a-z_]+\.([a-z_]+)\.[a-z_]+):(?:unseen|([A-Za-z_]+)=(.*))$/s

/** What a value asks for; `attribute` null: the event was not seen. Null for a text that is none. */
export function readSaid(text: string): { type: string; object: string; attribute: string | null; value: string } | null {
  const [, type, object, attribute, value] = parts.exec(text) ?? []
  return type === undefined || object === undefined ? null : { type, object, attribute: attribute ?? null, value: value ?? '' }
}
