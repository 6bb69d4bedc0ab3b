/**
 * What the set-based passes left, decided block by block: items tied by a shared link make a block; equal amounts go together first, and
 * where they are more on one side none is taken; the rest of the block is one match that says by how much its sides differ. Nothing depends on the order in which items come. Pure.
 */
import { createHash } from 'node:crypto'
import type { ReconciliationSet } from '#queries/catalogue/reconciliation.ts'
import type { LeftItem, MatchRow } from '#queries/clickhouse/reconciliation/leftovers.ts'

/** Pairs that a person declined, by {@link pairKey}. */
export type Declined = ReadonlySet<string>

/** One text for two items, whichever comes first. */
export const pairKey = (a: string, b: string): string => (a < b ? `${a}\n${b}` : `${b}\n${a}`)

/** The id of a match: the same items of the same set always have the same. As the SQL passes make it. */
export function matchId(set: string, itemIds: readonly string[], decision = ''): string {
  return createHash('md5').update([set, ...[...itemIds].sort(), ...(decision ? [decision] : [])].join('\n')).digest('hex')
}

const signed = (item: LeftItem): bigint => BigInt(item.minor) * BigInt(item.sign)
const sum = (items: readonly LeftItem[]): bigint => items.reduce((total, item) => total + signed(item), 0n)
const abs = (value: bigint): bigint => (value < 0n ? -value : value)
const inOrder = (items: readonly LeftItem[]): LeftItem[] => [...items].sort((a, b) => (a.day === b.day ? (a.item_id < b.item_id ? -1 : 1) : a.day < b.day ? -1 : 1))

/** Matches of the blocks; items in none of them are left as they are. */
export function decideBlocks(set: ReconciliationSet, items: readonly LeftItem[], declined: Declined): MatchRow[] {
  return blocksOf(set, items, declined).flatMap(block => decideBlock(set, inOrder(block), declined))
}

/** Items tied across sides, in one currency, by a link that a rule asks for and that nobody declined. */
function blocksOf(set: ReconciliationSet, items: readonly LeftItem[], declined: Declined): LeftItem[][] {
  const names = new Set(set.rules.filter(rule => rule.pass !== 'suggest').flatMap(rule => rule.on))
  const parent = new Map(items.map(item => [item.item_id, item.item_id]))
  const root = (id: string): string => {
    let at = id
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up
    return at
  }
  const byLink = new Map<string, LeftItem[]>()
  for (const item of items) {
    item.link_names.forEach((name, index) => {
      if (!names.has(name)) return
      const key = `${name}\n${item.link_values[index]}\n${item.currency}`
      byLink.set(key, [...(byLink.get(key) ?? []), item])
    })
  }
  for (const sharing of byLink.values()) {
    const [first] = sharing
    if (declined.size === 0) {
      // no pair to look at: whoever shares it is one block
      if (first && sharing.some(item => item.side !== first.side)) for (const item of sharing) parent.set(root(item.item_id), root(first.item_id))
      continue
    }
    for (const [index, a] of sharing.entries()) {
      for (const b of sharing.slice(index + 1)) if (a.side !== b.side && !declined.has(pairKey(a.item_id, b.item_id))) parent.set(root(b.item_id), root(a.item_id))
    }
  }
  return [...Map.groupBy(items, item => root(item.item_id)).values()].filter(block => new Set(block.map(item => item.side)).size > 1)
}

function decideBlock(set: ReconciliationSet, block: readonly LeftItem[], declined: Declined): MatchRow[] {
  const sides = set.sides.map(side => block.filter(item => item.side === side.id))
  const [a = [], b = []] = sides
  if (set.sides.length === 2) {
    const { alike, left } = alikes(a, b, declined)
    const matches = alike.map(group => (group.a.length === group.b.length ? matchOf(set, [...group.a, ...group.b], ['Same reference and amount']) : undecided(set, [...group.a, ...group.b])))
    const [restA, restB] = left
    return restA.length > 0 && restB.length > 0 ? [...matches, together(set, [restA, restB])] : matches
  }
  // a line waits until all of its documents are there
  return sides.every(side => side.length > 0) ? [together(set, sides)] : []
}

/** Items of one amount on both sides of a block, and what is of no amount that the other side has. */
function alikes(a: readonly LeftItem[], b: readonly LeftItem[], declined: Declined): { alike: { a: LeftItem[]; b: LeftItem[] }[]; left: [LeftItem[], LeftItem[]] } {
  const others = Map.groupBy(b, signed)
  const alike = [...Map.groupBy(a, signed)].flatMap(([amount, mine]) => {
    const theirs = others.get(amount) ?? []
    return theirs.length > 0 && !mine.some(one => theirs.some(other => declined.has(pairKey(one.item_id, other.item_id)))) ? [{ a: mine, b: theirs }] : []
  })
  const taken = new Set(alike.flatMap(group => [...group.a, ...group.b]))
  return { alike, left: [a.filter(item => !taken.has(item)), b.filter(item => !taken.has(item))] }
}

/** More of one amount on one side than on the other: which of them it is, nobody can say, so none is taken. */
function undecided(set: ReconciliationSet, items: readonly LeftItem[]): MatchRow {
  // an id of its own: by amount and party alone the same items may be suggested once more
  return { ...matchOf(set, items, ['Same reference and amount, but more of them on one side than on the other']), id: matchId(set.id, items.map(item => item.item_id), 'alike'), decided: false, ambiguous: true, score: 0.5 }
}

function matchOf(set: ReconciliationSet, items: readonly LeftItem[], reasons: string[]): MatchRow {
  return {
    id: matchId(set.id, items.map(item => item.item_id)), decided: true, by: 'engine', rule: 'block', pass: 'grouped', score: 0.95, reasons, ambiguous: false, currency: items[0]?.currency ?? '', differences: [],
    members: items.map(item => ({ item: item.item, itemId: item.item_id, side: item.side, used: BigInt(item.minor) })),
  }
}

/** All of a block as one match: the smallest side is used up, the others as far as that goes. */
function together(set: ReconciliationSet, sides: readonly (readonly LeftItem[])[]): MatchRow {
  const sums = sides.map(sum)
  const [first = 0n, ...others] = sums
  const last = sums.at(-1) ?? 0n
  const level = sums.every(each => each > 0n === first > 0n) ? sums.reduce((least, each) => (abs(each) < abs(least) ? each : least)) : 0n
  const used = sides.flatMap((items, index) => useUpTo(items, sums[index] ?? 0n, level))
  const differences = sides.length === 2 ? differenceOfTwo(set, first, last) : differencesOfThree(set, first, others[0] ?? 0n, last)
  const match = matchOf(set, sides.flat(), [differences.length === 0 ? 'All that is linked adds up' : 'Linked, but the amounts differ'])
  return { ...match, differences, members: match.members.map(member => ({ ...member, used: used.find(each => each.id === member.itemId)?.used ?? 0n })) }
}

type Difference = MatchRow['differences'][number]

function differenceOfTwo({ differences }: ReconciliationSet, a: bigint, b: bigint): Difference[] {
  if (a === b) return []
  return [{ reason: abs(a) < abs(b) ? differences.short : differences.over, minor: abs(a - b) }]
}

/** Order, receipt, invoice: what came and was billed alike is a part of the order; else who differs from the order is told. */
function differencesOfThree({ differences }: ReconciliationSet, ordered: bigint, received: bigint, invoiced: bigint): Difference[] {
  if (received === invoiced && received < ordered) return [{ reason: 'part_payment', minor: ordered - received }]
  return [
    ...(received === ordered ? [] : [{ reason: differences.short, minor: abs(ordered - received) }]),
    ...(invoiced === ordered ? [] : [{ reason: differences.over, minor: abs(ordered - invoiced) }]),
  ]
}

/** How much of each item is used so that the side comes to `level`: what goes the other way wholly, then the rest in order. */
function useUpTo(items: readonly LeftItem[], total: bigint, level: bigint): { id: string; used: bigint }[] {
  if (total === level) return items.map(item => ({ id: item.item_id, used: BigInt(item.minor) }))
  const forward = level >= 0n
  const against = items.filter(item => signed(item) > 0n !== forward)
  let left = abs(level) + abs(sum(against))
  return items.map(item => {
    const minor = BigInt(item.minor)
    if (level === 0n) return { id: item.item_id, used: 0n }
    if (against.includes(item)) return { id: item.item_id, used: minor }
    const used = minor < left ? minor : left
    left -= used
    return { id: item.item_id, used }
  })
}
