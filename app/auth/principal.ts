/** Who asks: a person with a session or a program with a key, brought to one shape that screens and the API judge alike. */
import { NO_SCOPE, type Scope } from '#queries/model/scope.ts'
import { actsOfKeyScope, actsOfRole, ROLE_NAMES, isRole, type Act } from './roles.ts'

export interface Principal {
  kind: 'person' | 'key'
  id: string
  /** a person's name, a key's label: for display */
  name: string
  /** null for keys */
  email: string | null
  role: string | null
  roleName: string
  /** IANA name; what times are shown in */
  timeZone: string
  /** what it may do, and where each */
  grants: ReadonlyMap<Act, Scope>
}

/** A person as the decisions store keeps them. */
export interface PersonRecord {
  id: string; name: string; email: string; role: string; title: string; timeZone: string
  allFacilities: boolean; facilities: readonly string[]; entities: readonly string[]
}

/** True if the principal may do this somewhere. */
export function can(principal: Principal, act: Act): boolean {
  return principal.grants.has(act)
}

/** Where the principal may do this; nowhere if not at all. */
export function scopeFor(principal: Principal, act: Act): Scope {
  return principal.grants.get(act) ?? NO_SCOPE
}

/** The principal of a signed-in person: the acts of the role, all in the person's own scope. */
export function principalOfPerson(person: PersonRecord): Principal {
  const scope: Scope = person.allFacilities ? 'all' : { facilities: person.facilities, entities: person.entities }
  return {
    kind: 'person', id: person.id, name: person.name, email: person.email, role: person.role,
    roleName: person.title || (isRole(person.role) ? ROLE_NAMES[person.role] : person.role),
    timeZone: person.timeZone,
    grants: new Map(actsOfRole(person.role).map(act => [act, scope])),
  }
}

/** A key as its verifier answers it: scopes read, `place` null where a scope holds everywhere. */
export interface KeyRecord { id: string; name: string; scopes: readonly { act: string; place: string | null }[] }

/** The principal of a service key. A scope with a place holds at that facility or entity only; the same scope twice holds at both places. */
export function principalOfKey(key: KeyRecord): Principal {
  const grants = new Map<Act, Scope>()
  for (const { act: scope, place } of key.scopes) for (const act of actsOfKeyScope(scope)) grants.set(act, widen(grants.get(act) ?? NO_SCOPE, place))
  return { kind: 'key', id: key.id, name: key.name, email: null, role: null, roleName: 'Service key', timeZone: 'UTC', grants }
}

function widen(scope: Scope, place: string | null): Scope {
  if (scope === 'all' || place === null) return 'all'
  return { facilities: [...scope.facilities, place], entities: [...scope.entities, place] }
}
