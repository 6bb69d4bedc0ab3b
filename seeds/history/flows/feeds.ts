/** Batch feeds: a run's window opens, the file is produced, delivered and loaded, and its totals agree. */
import type { Story } from '../story.ts'

/** The group's nightly feeds; each integration carries several. */
export const FEEDS: readonly { name: string; integration: string }[] = [
  { name: 'general-ledger', integration: 'odoo-panorama-finance' }, { name: 'open-items', integration: 'odoo-panorama-finance' }, { name: 'purchase-spend', integration: 'odoo-panorama-finance' },
  { name: 'encounters', integration: 'ehr-panorama-activity' }, { name: 'theatre-minutes', integration: 'ehr-panorama-activity' }, { name: 'headcount', integration: 'hr-panorama-headcount' },
]

/** Tells one run of the feed whose index `story.serial` ends in. Its totals are control totals, no booked amount: a late feed puts no money at risk. */
export function feedRun(story: Story): void {
  const { random, serial } = story
  const feed = FEEDS[Number(serial.slice(-1)) % FEEDS.length] as (typeof FEEDS)[number]
  const run = story.object('feed_run', `${feed.name}-${serial}`, 'group')
  const count = random.int(1_800, 42_000)
  const minor = story.minor(random.int(90_000_00, 4_000_000_00))
  const totals = (rows: number, sum: number): Record<string, unknown> => ({ feed: feed.name, controlTotals: { count: rows, sum: story.money(sum).value, currency: story.currency } })
  const step = (type: string, attributes: Record<string, unknown>): void => story.step(type, { objects: [run], integration: feed.integration, attributes })
  step('feeds.feed_run.opened', { feed: feed.name })
  step('feeds.feed_run.produced', totals(count, minor))
  step('feeds.feed_run.delivered', totals(count, minor))
  step('feeds.feed_run.loaded', totals(story.altered('feeds.feed_run.loaded', count), minor))
}
