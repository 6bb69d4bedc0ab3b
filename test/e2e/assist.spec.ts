/** IT support on Monday: what stands out, from a statement to its events; what resolved cases like one; the backlog of the days ahead. */
import { expect, test } from '@playwright/test'
import { api, expectAccessible, signIn } from './support.ts'

test('a failure that comes every Monday leads to its rows, and stands beside its integration', async ({ page }) => {
  await signIn(page, 'it', '/assistance')
  // The worker counts what moved twice a minute, and what was said is kept for two.
  test.setTimeout(330_000)
  await expect(async () => {
    await page.reload()
    await expect(page.getByRole('heading', { name: /^Every Monday 06:00–07:00: .*LOCK-1205/ })).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 280_000 })
  const statement = page.getByRole('listitem').filter({ hasText: 'LOCK-1205' })
  await expect(statement).toContainText(/\d of \d times since then/)
  await statement.getByText(/rows it was computed from/).click()
  const row = statement.getByRole('table').getByRole('row').nth(1)
  await expect(row).toContainText('2 failed')
  await row.getByRole('link').click()
  await expect(page.getByText(/2 failed attempts with LOCK-1205/)).toBeVisible()
  await expect(page.getByRole('table', { name: /Events of this stretch/ }).locator('tbody tr[data-row]')).toHaveCount(2)
  await page.goto('/integrations')
  await page.getByRole('link', { name: /What stands out: Every Monday/ }).click()
  await expect(page).toHaveURL(/\/assistance\?statement=/)
  await expect(page.getByRole('listitem').filter({ hasText: 'LOCK-1205' }).getByRole('table')).toBeVisible()
  expect((await page.goto('/assistance/events?integration=x&from=2026-01-01T00:00:00Z&to=2026-12-01T00:00:00Z'))?.status()).toBe(400)
})

test('the days ahead are told with an interval and how wrong they were; an exception says what resolved cases like it', async ({ page }) => {
  await signIn(page, 'it', '/assistance?show=backlog')
  const parts = page.getByRole('table', { name: /Forecast of the backlog/ })
  await expect(parts.locator('tbody tr[data-row]').first()).toBeVisible()
  await expectAccessible(page)
  await parts.locator('tbody tr[data-row]').first().getByRole('link').click()
  await expect(page).toHaveURL(/\/backlog\?facility=.*view=growth/)
  const ahead = page.getByRole('table', { name: /Forecast of what waits by day/ })
  await expect(ahead.locator('tbody tr')).toHaveCount(7)
  await expect(ahead.locator('tbody tr').first()).toContainText(/\d+–\d+/)
  await expectAccessible(page)

  const { items } = await api<{ items: { id: string }[] }>(page, '/api/v1/exceptions?kind=failed&limit=1')
  await page.goto(`/exceptions/${items[0]?.id}`)
  await expect(page.getByRole('region', { name: 'What resolved cases like it' })).toBeVisible()
})
