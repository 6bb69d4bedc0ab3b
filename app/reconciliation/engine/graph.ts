/** The two questions about graphs that matching asks. Nodes are numbers from 0. */

/** Strongly connected components (Tarjan 1972, without recursion): for each node the number of its component. `next[n]`: where n leads. */
export function stronglyConnected(next: readonly (readonly number[])[]): Int32Array {
  const count = next.length
  const component = new Int32Array(count).fill(-1)
  const order = new Int32Array(count).fill(-1)
  const lowest = new Int32Array(count)
  const position = new Int32Array(count)
  const stack: number[] = []
  let seen = 0
  let components = 0
  for (let root = 0; root < count; root++) {
    if (order[root] !== -1) continue
    const path = [root]
    while (path.length > 0) {
      const node = path.at(-1) as number
      if (order[node] === -1) {
        order[node] = lowest[node] = seen++
        stack.push(node)
      }
      const target = next[node]?.[position[node] as number]
      if (target !== undefined) {
        position[node] = (position[node] as number) + 1
        if (order[target] === -1) path.push(target)
        else if (component[target] === -1) lowest[node] = Math.min(lowest[node] as number, order[target] as number)
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) lowest[parent] = Math.min(lowest[parent] as number, lowest[node] as number)
      if (lowest[node] !== order[node]) continue
      for (let member = -1; member !== node;) {
        member = stack.pop() as number
        component[member] = components
      }
      components++
    }
  }
  return component
}

/** Groups what is joined by any chain of links; members and groups in ascending order. Nodes without a link are left out. */
export function joined(links: Iterable<readonly [number, number]>): number[][] {
  const parent = new Map<number, number>()
  const root = (node: number): number => {
    let top = node
    while ((parent.get(top) ?? top) !== top) top = parent.get(top) ?? top
    // The way there is shortened for those who come after.
    for (let step = node; step !== top;) {
      const above = parent.get(step) ?? top
      parent.set(step, top)
      step = above
    }
    return top
  }
  for (const [a, b] of links) {
    const [left, right] = [root(a), root(b)]
    parent.set(Math.max(left, right), Math.min(left, right))
    parent.set(Math.min(left, right), Math.min(left, right))
  }
  const groups = new Map<number, number[]>()
  for (const node of [...parent.keys()].sort((a, b) => a - b)) {
    const top = root(node)
    const group = groups.get(top)
    if (group) group.push(node)
    else groups.set(top, [node])
  }
  return [...groups.values()]
}
