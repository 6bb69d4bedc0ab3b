/**
 * Which amounts add up: 30 and 40 candidates by meeting in the middle, 200 by dynamic programming with a target near its limit. A third of
 * the cases has one answer, a third several, a third none; the hard ones for dynamic programming are those that fill the whole table and
 * find nothing. Baseline: a sort of as many numbers as a half has sums, interleaved.
 */
import { subsetSum } from '#app/reconciliation/engine/subset-sum.ts'
import { Random } from '#seeds/history/random.ts'
import { median, percentile, timed, type BenchOptions, type Report } from './figures.ts'

const SEED = 20261121
const TARGET = 9_999_991

interface Case { amounts: bigint[]; target: bigint }

/** Random invoice amounts of which some were paid together, or a target that is one minor unit off every sum of the amounts. */
function halved(random: Random, count: number, index: number): Case {
  // Multiples of a hundred, with a few odd ones, meet often; amounts of nine digits and more practically never.
  const step = index % 3 === 1 ? 100 : 1
  const most = index % 3 === 1 ? 20_000 : 90_000_000_000
  const amounts = Array.from({ length: count }, () => BigInt(random.int(100, most) * step))
  const sum = amounts.filter(() => random.chance(0.5)).reduce((total, amount) => total + amount, 0n)
  return { amounts, target: index % 3 === 2 ? sum + 1n : sum }
}

function dynamic(random: Random, index: number): Case {
  // All multiples of three and a single number that is not: every sum of the first is reachable, two more than it never.
  const thirds = Array.from({ length: 199 }, () => BigInt(3 * random.int(5_000, 300_000)))
  if (index % 3 === 2) return { amounts: [...thirds, 30_001n], target: BigInt(TARGET - (TARGET % 3) - 1) }
  // Amounts above a third of the target: pairs at most, one answer as a rule.
  if (index % 3 === 0) {
    const large = Array.from({ length: 200 }, () => BigInt(random.int(3_400_000, 6_500_000)))
    const [first = 0n, ...others] = large
    const second = others.find(amount => amount + first <= BigInt(TARGET)) ?? 0n
    return { amounts: large, target: first + second }
  }
  return { amounts: thirds, target: BigInt(TARGET - (TARGET % 3)) }
}

/** Measures the three sizes of issue 4; `--full` takes four times as many cases. */
export async function benchSubsetSum({ full }: BenchOptions, report: Report): Promise<void> {
  const runs = full ? 120 : 30
  const shapes = [
    { name: '30 candidates', sorted: 2 ** 15, make: (random: Random, index: number) => halved(random, 30, index) },
    { name: '40 candidates', sorted: 2 ** 20, make: (random: Random, index: number) => halved(random, 40, index) },
    { name: '200 candidates, dynamic programming', sorted: 2 ** 20, make: dynamic },
  ]
  for (const { name, sorted, make } of shapes) {
    const random = new Random('bench.recon.subset', SEED)
    const times: number[] = []
    const processor: number[] = []
    const baseline: number[] = []
    const answers = new Map<string, number>()
    for (let index = -3; index < runs; index++) {
      const { amounts, target } = make(random, index + 3)
      const numbers = Float64Array.from({ length: sorted }, () => random.uint32())
      const sort = await timed(async () => numbers.sort())
      let answer = ''
      const before = process.cpuUsage()
      const ms = await timed(async () => { ({ answer } = subsetSum(amounts, target)) })
      const { user, system } = process.cpuUsage(before)
      // The first three warm the compiler.
      if (index < 0) continue
      times.push(ms)
      processor.push((user + system) / 1000)
      baseline.push(sort)
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
    report({ metric: `${name}: p50`, value: median(times), unit: 'ms', baseline: median(baseline), n: runs })
    report({ metric: `${name}: p95`, value: percentile(times, 0.95), unit: 'ms', baseline: median(baseline), n: runs })
    report({ metric: `${name}: processor time p95`, value: percentile(processor, 0.95), unit: 'ms', n: runs })
    for (const [answer, count] of [...answers].sort()) report({ metric: `${name}: ${answer}`, value: count, unit: 'cases', n: runs })
  }
}
