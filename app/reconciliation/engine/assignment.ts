/**
 * The globally best one-to-one assignment where several items compete, and for each pair whether every best assignment has it. Shortest
 * augmenting paths with potentials on the sparse graph of candidates, component by component (Jonker and Volgenant 1987,
 * doi:10.1007/BF02278710). Weights are integers, so ties are ties. The packages for it on npm take dense matrices of floats and say nothing
 * about ties; this is why it is written here.
 */
import { stronglyConnected } from './graph.ts'

export interface Candidate { left: string; right: string; weight: number }
export interface Assigned extends Candidate {
  /** false where another assignment of the same total does without this pair */
  unique: boolean
}

/**
 * Pairs each left and right at most once so that the sum of weights is greatest. Weights are positive safe integers (others throw RangeError);
 * of several candidates for one pair the heaviest counts. Sorted by left; independent of the candidates' order.
 */
export function assign(candidates: readonly Candidate[]): Assigned[] {
  const best = new Map<string, Map<string, number>>()
  for (const { left, right, weight } of candidates) {
    if (!Number.isSafeInteger(weight) || weight <= 0) throw new RangeError('a weight is a positive integer')
    const row = best.get(left) ?? new Map<string, number>()
    row.set(right, Math.max(weight, row.get(right) ?? 0))
    best.set(left, row)
  }
  const rightIndex = new Map<string, number>()
  const lefts = [...best.keys()].sort()
  const rights = [...new Set(candidates.map(({ right }) => right))].sort()
  rights.forEach((right, index) => rightIndex.set(right, index))
  // Every left has a place of its own that costs nothing, so that it may stay without a partner.
  const edges = lefts.map((left, index) => [...[...best.get(left) ?? []].map(([right, weight]) => ({ right: rightIndex.get(right) ?? 0, cost: -weight })).sort((a, b) => a.right - b.right), { right: rights.length + index, cost: 0 }])
  const solved = solve(edges, rights.length + lefts.length)
  const replaceable = inOtherOptimum(edges, solved)
  return lefts.flatMap((left, index) => {
    const right = rights[solved.rightOf[index] ?? -1]
    return right === undefined ? [] : [{ left, right, weight: best.get(left)?.get(right) ?? 0, unique: !replaceable.has(solved.rightOf[index] ?? -1) }]
  })
}

interface Edge { right: number; cost: number }
interface Solved { rightOf: number[]; leftOf: Int32Array; leftPotential: Float64Array; rightPotential: Float64Array }

/** One shortest augmenting path per left; afterwards no edge has a negative reduced cost and matched ones have none. */
function solve(edges: readonly (readonly Edge[])[], rightCount: number): Solved {
  const leftPotential = new Float64Array(edges.length)
  const rightPotential = new Float64Array(rightCount)
  const leftOf = new Int32Array(rightCount).fill(-1)
  const rightOf = edges.map(() => -1)
  edges.forEach((_, start) => {
    const distance = new Map<number, number>()
    const from = new Map<number, number>()
    const done: number[] = []
    const finished = new Set<number>()
    const frontier = new Set<number>()
    let left = start
    let reached = 0
    let end = -1
    while (end < 0) {
      for (const { right, cost } of edges[left] ?? []) {
        if (finished.has(right)) continue
        const length = reached + cost - (leftPotential[left] as number) - (rightPotential[right] as number)
        if (length >= (distance.get(right) ?? Infinity)) continue
        distance.set(right, length)
        from.set(right, left)
        frontier.add(right)
      }
      const next = nearest(frontier, distance)
      reached = distance.get(next) ?? 0
      frontier.delete(next)
      finished.add(next)
      done.push(next)
      if (leftOf[next] === -1) end = next
      else left = leftOf[next] as number
    }
    leftPotential[start] = (leftPotential[start] as number) + reached
    for (const right of done) {
      const slack = reached - (distance.get(right) ?? 0)
      rightPotential[right] = (rightPotential[right] as number) - slack
      const owner = leftOf[right] as number
      if (owner >= 0) leftPotential[owner] = (leftPotential[owner] as number) + slack
    }
    // Walk back: each right on the path goes to the left it was reached from, which gives up the right it had.
    for (let right = end; right >= 0;) {
      const owner = from.get(right) ?? start
      const before = rightOf[owner] ?? -1
      leftOf[right] = owner
      rightOf[owner] = right
      right = before
    }
  })
  return { rightOf, leftOf, leftPotential, rightPotential }
}

function nearest(frontier: ReadonlySet<number>, distance: ReadonlyMap<number, number>): number {
  let best = -1
  let shortest = Infinity
  for (const right of frontier) {
    const length = distance.get(right) ?? Infinity
    if (length < shortest || (length === shortest && right < best)) [best, shortest] = [right, length]
  }
  return best
}

/**
 * The rights whose pair some other best assignment does without. Going from one best assignment to another, lefts change along edges without
 * reduced cost, in circles or on a way that ends at a free right and begins at one that may become free (potential zero); a node that stands
 * for "free" closes such ways to circles. A pair can be replaced where its change lies on a circle.
 */
function inOtherOptimum(edges: readonly (readonly Edge[])[], { rightOf, leftOf, leftPotential, rightPotential }: Solved): Set<number> {
  const free = leftOf.length
  const next: number[][] = Array.from({ length: free + 1 }, () => [])
  edges.forEach((row, left) => {
    const own = rightOf[left] ?? -1
    for (const { right, cost } of row) {
      if (right !== own && cost - (leftPotential[left] as number) - (rightPotential[right] as number) === 0) next[own]?.push(right)
    }
  })
  leftOf.forEach((left, right) => {
    if (left < 0) next[right]?.push(free)
    else if (rightPotential[right] === 0) next[free]?.push(right)
  })
  const component = stronglyConnected(next)
  return new Set(rightOf.filter(right => next[right]?.some(other => component[other] === component[right])))
}
