/** What a session or a key may see. It is a parameter of every query and enforced in `queries/`, nowhere else. */

/** `'all'`, or the ids of the facilities and legal entities that may be seen; two empty lists see nothing (deny by default). */
export type Scope = 'all' | { facilities: readonly string[]; entities: readonly string[] }

/** Sees nothing. */
export const NO_SCOPE: Scope = { facilities: [], entities: [] }

/** True if a row of this facility and entity lies inside the scope; the same rule that `{scope}` stands for in SQL. */
export function inScope(scope: Scope, row: { facility: string | null; entity: string | null }): boolean {
  if (scope === 'all') return true
  return (row.facility !== null && row.facility !== '' && scope.facilities.includes(row.facility)) || (row.entity !== null && row.entity !== '' && scope.entities.includes(row.entity))
}
