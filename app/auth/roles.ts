/**
 * Who may do what. A person has one role, a key has scopes; both come down to the same closed list of acts.
 * What is not granted here is refused. *Where* it may be done (facilities, entities) is the scope's business.
 */

/**
 * - `read`: every screen and read call but the audit record
 * - `assign`: assign, acknowledge, comment, wait
 * - `resolve`: resolve, ignore, reopen
 * - `request_replay`, `approve_replay`: ask the execution layer to do it again; release what posts money
 * - `reconcile`: run a reconciliation, decide on its matches, try out its rules
 * - `export`: take events out as a file
 * - `see_audit`: the record of acts
 * - `see_queries`: the developer's view of what the stores were asked
 * - `administer`: people, keys, catalogue, metrics
 */
export const ACTS = ['read', 'assign', 'resolve', 'request_replay', 'approve_replay', 'reconcile', 'export', 'see_audit', 'see_queries', 'administer'] as const
export type Act = (typeof ACTS)[number]

export const ROLES = ['admin', 'finance_lead', 'procurement_lead', 'it_support', 'auditor', 'facility_manager'] as const
export type Role = (typeof ROLES)[number]

export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  admin: 'Administrator',
  finance_lead: 'Finance lead',
  procurement_lead: 'Procurement lead',
  it_support: 'IT support',
  auditor: 'Auditor',
  facility_manager: 'Facility manager',
}

/** The permission matrix. An auditor reads everything and changes nothing; a facility manager chases, and does not close. */
const GRANTS: Readonly<Record<Role, readonly Act[]>> = {
  admin: ACTS,
  finance_lead: ['read', 'assign', 'resolve', 'request_replay', 'approve_replay', 'reconcile', 'export'],
  procurement_lead: ['read', 'assign', 'resolve', 'request_replay', 'reconcile', 'export'],
  it_support: ['read', 'assign', 'resolve', 'request_replay', 'export', 'see_queries'],
  auditor: ['read', 'export', 'see_audit'],
  facility_manager: ['read', 'assign', 'export'],
}

/** What a service key's scope allows. No key approves a replay: that takes a person. `admin` stands for every other scope but ingestion. */
const KEY_GRANTS: Readonly<Record<string, readonly Act[]>> = {
  read: ['read', 'export'],
  'exceptions:write': ['assign', 'resolve'],
  'recon:write': ['reconcile'],
  'replay:request': ['request_replay'],
  admin: ACTS.filter(act => act !== 'approve_replay'),
}

/** The acts of a role; empty for a role that is not known. */
export function actsOfRole(role: string): readonly Act[] {
  return isRole(role) ? GRANTS[role] : []
}

/** The acts of one scope of a service key, given without its `@…`; empty for ingestion and unknown scopes. */
export function actsOfKeyScope(scope: string): readonly Act[] {
  return Object.hasOwn(KEY_GRANTS, scope) ? (KEY_GRANTS[scope] ?? []) : []
}

/** True if the text names a role. */
export function isRole(role: string): role is Role {
  return (ROLES as readonly string[]).includes(role)
}
