/** `@Name` in a comment. Only people who may see the exception are named by it; nobody else learns that it exists. Pure. */
import { inScope } from '#queries/model/scope.ts'
import type { Person } from '#queries/postgres/people.ts'
import { isRole, actsOfRole } from '../auth/roles.ts'

type Reader = Pick<Person, 'id' | 'name' | 'email' | 'role' | 'allFacilities' | 'facilities' | 'entities'>

/** True if the person may read what belongs to this facility and entity. */
export function maySee(person: Reader, place: { facility: string | null; entity: string | null }): boolean {
  return isRole(person.role) && actsOfRole(person.role).includes('read') && inScope(person.allFacilities ? 'all' : { facilities: person.facilities, entities: person.entities }, place)
}

/** Everybody whom the text names by `@` and their full name or e-mail (case ignored); of two names that fit, the longer one. */
export function namedIn<P extends Reader>(text: string, people: readonly P[]): P[] {
  const words = people.flatMap(person => [person.name, person.email].map(word => ({ word: word.toLowerCase(), person }))).filter(each => each.word !== '').sort((a, b) => b.word.length - a.word.length)
  const found = new Map<string, P>()
  const lower = text.toLowerCase()
  for (let at = lower.indexOf('@'); at >= 0; at = lower.indexOf('@', at + 1)) {
    if (at > 0 && /[\p{L}\p{N}._-]/u.test(lower[at - 1] ?? '')) continue
    const rest = lower.slice(at + 1)
    const hit = words.find(({ word }) => rest.startsWith(word) && !/^[\p{L}\p{N}]/u.test(rest.slice(word.length)))
    if (hit) found.set(hit.person.id, hit.person)
  }
  return [...found.values()]
}
