/** Plants payments and invoices by the hundred thousand, each story from its own seed. */
import { Random } from '../history/random.ts'
import { Teller } from './stories.ts'
import type { Planted, StoryType } from './types.ts'

/** How often each kind of story is told, in parts of a thousand. */
const SHARES: readonly (readonly [StoryType, number])[] = [
  ['exact_key', 120], ['reference', 200], ['noisy_reference', 150], ['instalments', 55], ['one_to_many', 90], ['many_to_many', 40], ['fee_kept', 60], ['small_difference', 60], ['exchange', 40], ['credit_note', 40], ['over_payment', 20], ['no_reference', 25],
  ['equal_amounts', 10], ['swapped_digits', 5], ['paid_twice', 10], ['two_subsets', 5], ['unpaid', 45], ['unknown_payment', 15], ['reversal', 10],
]
/** Documents per counterparty, about. */
const PER_CUSTOMER = 25
/** Running number of the first invoice. */
const FIRST_NUMBER = 12_001

/** At least `count` documents with their truth; the same seed gives the same for ever. Order is shuffled as by arrival. */
export function plantReconciliation({ seed, count }: { seed: number; count: number }): Planted {
  const planted: Planted = { documents: [], stories: [] }
  const customers = Math.max(4, Math.round(count / PER_CUSTOMER))
  let next = FIRST_NUMBER
  for (let index = 0; planted.documents.length < count; index++) {
    const random = new Random('reconciliation', seed, index)
    const teller = new Teller(random, `s${index}`, random.int(0, customers - 1), next)
    planted.stories.push(teller.tell(storyType(random)))
    planted.documents.push(...teller.documents)
    next += teller.documents.filter(({ side }) => side === 'invoice').length
  }
  const arrival = new Random('reconciliation.arrival', seed)
  for (let last = planted.documents.length - 1; last > 0; last--) {
    const other = arrival.int(0, last)
    const [a, b] = [planted.documents[last], planted.documents[other]]
    if (a && b) [planted.documents[last], planted.documents[other]] = [b, a]
  }
  return planted
}

function storyType(random: Random): StoryType {
  let at = random.int(0, SHARES.reduce((total, [, share]) => total + share, 0) - 1)
  for (const [type, share] of SHARES) {
    if (at < share) return type
    at -= share
  }
  return 'reference'
}
