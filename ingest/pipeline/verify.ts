/** Step 2, verify: may this key send this event? The signature hooks of later adapters belong here too. */
import type { ServiceKey } from '#queries/postgres/service-keys.ts'
import type { CallContext, Decoded, Refusal } from './item.ts'

const FORBIDDEN: Refusal = { code: 'forbidden', message: 'the key may not send events of this integration or facility', path: 'integration' }

/** True if the key may send anything at all. */
export function maySend(key: ServiceKey): boolean {
  return key.scopes.some(scope => scope.act === 'ingest')
}

/** The event as it came, or the refusal. A key limited to an integration or a place may send only events that name them. */
export function verify(item: Decoded, { key, catalogue }: CallContext): Decoded | Refusal {
  const { integration, facility } = item.event
  const entity = typeof facility === 'string' ? catalogue.facility(facility)?.entity : undefined
  const allowed = key.scopes.some(scope =>
    scope.act === 'ingest'
    && (scope.integration === null || scope.integration === integration)
    && (scope.place === null || scope.place === facility || scope.place === entity))
  return allowed ? item : FORBIDDEN
}
