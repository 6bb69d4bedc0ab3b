/** A morning of the finance lead and of IT support: exports, payments, charges, feeds, the backlog's growth, the interfaces. */
import { expect, test, type Locator, type Page } from '@playwright/test'
import { downloaded, expectAccessible, signIn } from './support.ts'

const numberIn = async (where: Locator): Promise<number> => Number((await where.innerText()).replace(/[^\d]/g, ''))
const panel = (page: Page, name: string | RegExp): Locator => page.getByRole('region', { name })
/** How many steps the backlog's page says it lists. */
async function awaited(page: Page): Promise<number> {
  const text = await page.getByRole('status').filter({ hasText: 'awaited' }).innerText()
  return Number(/^([\d,]+)/.exec(text)?.[1]?.replaceAll(',', ''))
}

test('finance: invoice exports, from the failed ones to the month end and the windows', async ({ page }) => {
  await signIn(page, 'finance', '/invoice-exports')
  const tile = page.locator('a.tile').filter({ hasText: 'Failed invoice exports' })
  const failed = await numberIn(tile.locator('.v'))
  expect(failed).toBeGreaterThan(0)
  await expect(page.getByRole('heading', { name: new RegExp(`^Stuck\\s*${failed}$`) })).toBeVisible()
  const months = page.getByRole('table', { name: /forecast to the end of the month/ })
  await expect(months.locator('tbody tr').first()).toBeVisible()
  await page.getByText('How this is forecast').click()
  await expect(page.getByText('the one that was wrong by least speaks')).toBeVisible()
  await expectAccessible(page)

  // A window's missing invoices are the backlog of that window.
  const row = page.getByRole('table', { name: /What became of the invoices/ }).locator('tbody tr').filter({ has: page.getByRole('link') }).first()
  const link = row.getByRole('link').first()
  const missing = await numberIn(link)
  await link.click()
  await expect(page).toHaveURL(/\/backlog\?.*from=/)
  await expect.poll(() => awaited(page)).toBe(missing)
})

test('finance: why payments are unmatched adds up, and each part leads to its rows', async ({ page }) => {
  await signIn(page, 'finance', '/payments')
  const total = await numberIn(page.locator('a.tile').filter({ hasText: 'Unmatched payments' }).locator('.v'))
  expect(total).toBeGreaterThan(0)
  const reasons = page.getByRole('table', { name: 'Unmatched payments by reason' }).locator('tbody tr')
  const parts = await reasons.filter({ hasText: /Posting failed|Not posted in time|Does not agree/ }).all()
  const counts = await Promise.all(parts.map(part => numberIn(part.getByRole('cell').last())))
  expect(counts.reduce((sum, one) => sum + one, 0)).toBe(total)
  await expect(page.getByRole('table', { name: 'Unmatched payments by bank or gateway' }).locator('tbody tr').first()).toBeVisible()
  await parts[0]?.getByRole('link').last().click()
  await expect(page).toHaveURL(/\/exceptions\?.*kind=/)
})

test('finance: what leaks in charge capture is the overdue backlog of that step', async ({ page }) => {
  await signIn(page, 'finance', '/charge-capture')
  const link = panel(page, 'By facility').getByRole('link', { name: /^All / })
  const leaking = await numberIn(link)
  expect(leaking).toBeGreaterThan(0)
  await link.click()
  await expect(page).toHaveURL(/\/backlog\?.*overdue=true/)
  await expect.poll(() => awaited(page)).toBe(leaking)
  await page.goto('/charge-capture')
  await page.getByRole('navigation', { name: 'What leaks' }).getByRole('link', { name: 'Stock' }).click()
  await expect(page.getByText('stock used, not deducted, past due')).toBeVisible()
  expect((await page.goto('/charge-capture?nonsense=1'))?.status()).toBe(400)
})

test('the rows of a view leave as a file with as many lines', async ({ page }) => {
  await signIn(page, 'finance', '/payments')
  const total = await numberIn(page.locator('a.tile').filter({ hasText: 'Unmatched payments' }).locator('.v'))
  const file = await downloaded(page, () => page.getByRole('link', { name: 'NDJSON' }).click())
  expect(file.trim().split('\n')).toHaveLength(total)
})

test('feeds: windows as strips, trouble as rows', async ({ page }) => {
  await signIn(page, 'it', '/feeds')
  await expect(page.getByRole('table', { name: /Runs of each feed by window/ }).locator('tbody tr').first()).toBeVisible()
  const trouble = page.getByRole('navigation', { name: 'Show' }).getByRole('link', { name: /^Trouble/ })
  const count = await numberIn(trouble)
  await trouble.click()
  await expect(page).toHaveURL(/show=trouble/)
  await expect(page.getByRole('table', { name: /^Runs/ }).last().locator('tbody tr[data-row]')).toHaveCount(count)
})

test('IT: the interfaces beside the work behind them, and a cause down to its attempts', async ({ page }) => {
  test.slow()
  await signIn(page, 'it', '/technical?window=7d')
  const table = page.getByRole('table', { name: /Interfaces and the work behind them/ })
  await expect(table.locator('tbody tr[data-row]').first()).toBeVisible()
  const incomplete = page.getByRole('navigation', { name: 'Show' }).getByRole('link', { name: /^Up, work not completed/ })
  // the demo lives on: another one may stop between the figure and its rows
  await expect(async () => {
    await page.goto('/technical?window=7d')
    const count = await numberIn(incomplete)
    expect(count).toBeGreaterThan(0)
    await incomplete.click()
    await expect(table.locator('tbody tr[data-row]')).toHaveCount(count, { timeout: 5000 })
  }).toPass({ timeout: 60_000 })
  await table.locator('tbody tr[data-row]').first().getByRole('link').first().click()
  await expect(page.getByRole('heading', { name: /up, work not completed/ })).toBeVisible()
  await expect(panel(page, 'Interface')).toContainText('Up')
  await expect(panel(page, 'Work')).toContainText('Not completed')

  await page.goto('/technical?window=7d')
  const mapping = page.locator('dl.strip > div').filter({ hasText: 'Mapping' }).getByRole('link')
  const attempts = await numberIn(mapping)
  await mapping.click()
  await expect(page).toHaveURL(/errorClass=mapping/)
  await expect(panel(page, 'Failed attempts')).toContainText(`${attempts.toLocaleString('en')} in the last 7 d`)
  expect((await page.goto('/technical?errorClass=nonsense'))?.status()).toBe(400)
})

test('the backlog’s growth ends at what waits now, and an hour leads to what it left behind', async ({ page }) => {
  await signIn(page, 'it', '/backlog?view=growth&window=7d')
  const now = await numberIn(page.locator('dl.strip > div').filter({ hasText: 'Waits now' }).locator('dd'))
  await expect.poll(() => awaited(page)).toBe(now)
  await expectAccessible(page)
  const link = page.getByRole('table', { name: /of which most still waits/ }).locator('tbody tr').first().getByRole('link')
  const stays = await numberIn(link)
  await link.click()
  await expect(page).toHaveURL(/from=/)
  await expect.poll(() => awaited(page)).toBe(stays)
  await page.goto('/backlog?view=heat')
})

test('a manager sees the own facility’s share and is not told what is outside it', async ({ page }) => {
  await page.context().clearCookies()
  await signIn(page, 'manager', '/feeds')
  await expect(page.getByText('outside your scope').first()).toBeVisible()
  await page.goto('/technical')
  await expect(page.locator('dl.strip > div').filter({ hasText: 'In queues' })).toContainText('outside your scope')
  for (const path of ['/invoice-exports', '/payments', '/charge-capture']) expect((await page.goto(path))?.status()).toBe(200)
})
