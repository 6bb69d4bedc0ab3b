/** Step 6, relate: the business objects that the event touches, each with the namespace that numbers it. */
import type { CallContext, Prepared } from './item.ts'
import type { Normalised } from './normalise.ts'

interface Related { namespace: string; type: string; id: string; system: string; role: string; state: string }

/**
 * The row with its objects. An object's namespace is its own, else what the catalogue says of the integration, else the legal entity of
 * the facility, else `default`. One that is listed twice is one: the first mention holds, a later one fills its gaps.
 */
export function relate({ item, prepared }: Normalised, { catalogue }: CallContext): Prepared {
  const { row } = prepared
  const fallback = catalogue.namespaceFor(row.integration, row.facility) ?? 'default'
  const objects = new Map<string, Related>()
  for (const object of item.data.objects ?? []) {
    const namespace = object.namespace ?? fallback
    const key = `${namespace}\0${object.type}\0${object.id}`
    const known = objects.get(key)
    objects.set(key, {
      namespace, type: object.type, id: object.id,
      system: known?.system || object.system || '',
      role: known?.role || object.role || '',
      state: known?.state || object.state || '',
    })
  }
  const all = [...objects.values()]
  return {
    ...prepared,
    row: {
      ...row,
      object_namespaces: all.map(object => object.namespace),
      object_types: all.map(object => object.type),
      object_ids: all.map(object => object.id),
      object_systems: all.map(object => object.system),
      object_roles: all.map(object => object.role),
      object_states: all.map(object => object.state),
    },
  }
}
