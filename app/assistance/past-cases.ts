/** Past cases like an exception and what resolved them, in words: the nearest that there are, and how many speak. */
import { NEARNESS, pastCases, type Nearness, type PastCase, type PastEnding } from '#queries/clickhouse/assistance/past-cases.ts'
import type { ExceptionView } from '#queries/model/exception.ts'
import type { Scope } from '#queries/model/scope.ts'
import { resolversOf } from '#queries/postgres/resolvers.ts'
import type { Stores } from '#queries/stores.ts'
import { resolutionName } from '../exceptions/labels.ts'

/** Cases shown of each nearness. */
const SHOWN = 4
/** With so many of one nearness those further away are left out. */
const ENOUGH = 3
/** Endings named; the others are one line. */
const ENDINGS = 4

export interface PastCasesPart {
  near: Nearness
  /** all closed ones of this nearness, and how they ended, the most frequent first; seconds: half took at most so long */
  count: number
  endings: { how: string; by: string; count: number; seconds: number; lastAt: string }[]
  others: number
  cases: { id: string; title: string; how: string; note: string | null; who: string; at: string; seconds: number }[]
}

const BY: Record<PastEnding['by'], string> = { person: 'by a person, not verified', recovered: 'by itself', verified: 'verified after a replay' }

/** Reads them; `names`: people by id. Nearer ones come first; further ones only while the nearer are few. */
export async function readPastCases({ clickhouse, postgres }: Pick<Stores, 'clickhouse' | 'postgres'>, exception: ExceptionView, scope: Scope, names: ReadonlyMap<string, string>): Promise<PastCasesPart[]> {
  const { endings, cases } = await pastCases(clickhouse, { id: exception.id, fingerprint: exception.fingerprint, integration: exception.integration, step: exception.step, kind: exception.kind, objectType: exception.object?.type ?? null }, SHOWN, scope)
  const shown = partsOf(endings, cases)
  const resolvers = await resolversOf(postgres, shown.flatMap(part => part.cases.map(each => Number(each.id))), scope)
  return shown.map(part => ({
    ...part,
    endings: part.endings.map(({ code, by, count, medianSeconds, lastAt }) => ({ how: resolutionName(code), by: BY[by], count, seconds: medianSeconds, lastAt })),
    cases: part.cases.map(({ id, title, code, by, note, at, seconds }) => {
      const resolver = resolvers.get(id)
      return { id, title, how: resolutionName(code), note, who: by === 'person' && resolver?.kind === 'person' ? (names.get(resolver.id) ?? resolver.id) : BY[by], at, seconds }
    }),
  }))
}

/** The nearest parts, until enough cases speak; endings beyond the named ones as a count. Pure. */
export function partsOf(endings: readonly PastEnding[], cases: readonly PastCase[]): { near: Nearness; count: number; endings: PastEnding[]; others: number; cases: PastCase[] }[] {
  const parts = []
  let spoken = 0
  for (const near of NEARNESS) {
    const own = endings.filter(each => each.near === near)
    const count = own.reduce((sum, each) => sum + each.count, 0)
    if (count === 0 || spoken >= ENOUGH) continue
    spoken += count
    parts.push({ near, count, endings: own.slice(0, ENDINGS), others: own.slice(ENDINGS).reduce((sum, each) => sum + each.count, 0), cases: cases.filter(each => each.near === near) })
  }
  return parts
}
