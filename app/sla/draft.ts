/** The policy that a page is about: as it is kept, or as the fields in the address would have it. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Policy } from '#queries/catalogue/schema.ts'
import type { Person } from '#queries/postgres/people.ts'
import { NEW_POLICY, readPolicyFields } from './policy-form.ts'

export interface Draft { kept: Policy | null; policy: Policy | null; problems: Record<string, string> | null; isDraft: boolean }

/** `draft=1` in the address: its fields are the policy. `policy` null: there is none, or the fields need correcting. */
export function draftOf(catalogue: Catalogue, id: string, search: URLSearchParams, people: readonly Person[]): Draft {
  const kept = catalogue.policies.get(id) ?? null
  if (search.get('draft') !== '1') return { kept, policy: kept ?? (id === 'new' ? NEW_POLICY : null), problems: null, isDraft: false }
  const { policy, problems } = readPolicyFields(id, search, people)
  return { kept, policy, problems, isDraft: true }
}
