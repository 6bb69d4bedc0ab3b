/** A procurement lead's morning: purchase orders, suppliers, replenishment, approvers, master data. Every number leads to its rows. */
import { expect, test, type Page } from '@playwright/test'
import { api, downloaded, signIn } from './support.ts'

interface Summary { figures: { key: string; count: number }[] }

/** The first number in a text, thousands separators removed. */
const numberIn = (text: string | null): number => Number(/[\d,]+/.exec(text ?? '')?.[0].replaceAll(',', ''))
/** How many rows the list says it has over all its pages. */
const listed = async (page: Page): Promise<number> => numberIn(await page.getByRole('navigation', { name: 'State of the work' }).locator('[aria-current="true"] .n').textContent())
const tile = (page: Page, name: string) => page.locator('a.tile').filter({ has: page.getByRole('heading', { name, exact: true }) })
test('tile, navigation, list and API say the same number of stuck orders', async ({ page }) => {
  await signIn(page, 'procurement')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: /^Purchase orders/ }).click()
  await expect(page).toHaveURL(/\/purchase-orders$/)
  const { figures } = await api<Summary>(page, '/api/v1/summary')
  const stuck = figures.find(figure => figure.key === 'stuck_purchase_orders')?.count
  expect(numberIn(await tile(page, 'Stuck purchase orders').locator('.v').textContent())).toBe(stuck)
  expect(await listed(page)).toBe(stuck)
})

test('from a stage of the pipeline to its orders, to one of them, to what to do', async ({ page }) => {
  await signIn(page, 'procurement', '/purchase-orders')
  const stage = page.getByRole('table', { name: 'From requisition to bank settlement' }).getByRole('link', { name: /stuck before Order sent/ })
  const count = numberIn(await stage.textContent())
  await stage.click()
  await expect(page).toHaveURL(/step=procurement\.purchase_order\.transmitted/)
  await expect(page.locator('.fchip').filter({ hasText: 'Order sent' })).toHaveCount(1)
  expect(await listed(page)).toBe(count)
  const first = page.getByRole('grid', { name: /Purchase orders/ }).locator('tbody tr[data-row]').first()
  await first.getByRole('link').first().click()
  await expect(page).toHaveURL(/\/exceptions\/\d+/)
})

test('a facility chosen in the filters narrows figures, rows and the file alike', async ({ page }) => {
  await signIn(page, 'procurement', '/purchase-orders')
  const filters = page.getByRole('search', { name: 'Filters' })
  await filters.locator('summary', { hasText: 'Facility' }).click()
  const choice = filters.locator('label').filter({ hasText: 'Talbrunn' })
  const count = numberIn(await choice.locator('.c').textContent())
  await choice.click()
  await expect(page).toHaveURL(/facility=talbrunn/)
  await expect.poll(() => listed(page)).toBe(count)
  expect(numberIn(await tile(page, 'Stuck purchase orders').locator('.v').textContent())).toBe(count)
  const file = await downloaded(page, () => page.getByRole('link', { name: 'NDJSON' }).click())
  const rows = file.trim().split('\n').map(line => JSON.parse(line) as { facility: string })
  expect(rows).toHaveLength(count)
  expect(new Set(rows.map(row => row.facility))).toEqual(new Set(['talbrunn']))
})

test('what is not yet due is a list of its own, and the rows can be taken on together', async ({ page }) => {
  await signIn(page, 'procurement', '/purchase-orders?facility=talbrunn')
  const grid = page.getByRole('grid', { name: 'Purchase orders: stuck' })
  await grid.getByRole('checkbox').nth(1).check()
  await grid.getByRole('checkbox').nth(2).check()
  await page.getByRole('button', { name: /Take on/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: /Take on 2|Take on/ }).last().click()
  await expect(page.getByRole('status').filter({ hasText: '2' }).first()).toBeVisible()
  await page.getByRole('navigation', { name: 'State of the work' }).getByRole('link', { name: /On time/ }).click()
  await expect(page).toHaveURL(/state=on_time/)
  await expect(page.getByRole('table', { name: 'Purchase orders: on time' })).toBeVisible()
})

test('suppliers side by side, and one supplier’s record', async ({ page }) => {
  await signIn(page, 'procurement', '/purchase-orders')
  await page.getByRole('navigation', { name: 'Purchasing' }).getByRole('link', { name: 'Suppliers' }).click()
  const table = page.getByRole('table', { name: 'Supplier performance' })
  await table.getByRole('link', { name: 'Stuck now', exact: true }).click()
  await expect(page).toHaveURL(/sort=-stuck/)
  const row = table.locator('tbody tr[data-row]').first()
  const stuck = numberIn(await row.getByRole('link', { name: /stuck orders with/ }).textContent())
  const name = await row.getByRole('link').first().textContent()
  await row.getByRole('link').first().click()
  await expect(page).toHaveURL(/\/purchase-orders\/suppliers\/SUP-/)
  await expect(page.getByRole('banner')).toContainText(name ?? '')
  expect(await listed(page)).toBe(stuck)
})

for (const [path, title, head] of [['/replenishment', 'Replenishment', 'Below minimum, nothing coming'], ['/approvers', 'Approvers', 'Left, rights not revoked'], ['/master-data', 'Master data', 'Consumers out of date']] as const) {
  test(`${title}: every figure leads to its rows`, async ({ page }) => {
    await signIn(page, 'procurement')
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: title }).click()
    await expect(page).toHaveURL(new RegExp(`${path}$`))
    expect(await listed(page)).toBe(numberIn(await tile(page, head).locator('.v').textContent()))
    for (const other of await page.locator('a.tile').all()) {
      const count = numberIn(await other.locator('.v').textContent())
      await other.click()
      await expect(other).toHaveAttribute('aria-current', 'true')
      await expect.poll(() => listed(page)).toBe(count)
    }
    await page.goto(path)
    })
}

test('unmapped codes lead to what still stands because of them', async ({ page }) => {
  await signIn(page, 'it', '/master-data')
  const open = page.getByRole('table', { name: 'Unmapped codes' }).getByRole('link', { name: /exceptions open for/ }).first()
  const count = numberIn(await open.textContent())
  await open.click()
  await expect(page).toHaveURL(/\/exceptions\?.*fingerprint=/)
  await expect(page.getByText(new RegExp(`^${count.toLocaleString('en')} exceptions?`))).toBeVisible()
})

test('a facility manager sees the own facility only, and an unknown filter is said to be one', async ({ page }) => {
  await signIn(page, 'manager', '/purchase-orders')
  const facilities = page.getByRole('search', { name: 'Filters' }).locator('summary', { hasText: 'Facility' })
  await facilities.click()
  await expect(page.getByRole('search', { name: 'Filters' }).locator('details[open] label')).toHaveCount(1)
  expect((await page.goto('/purchase-orders?colour=red'))?.status()).toBe(400)
  expect((await page.goto('/purchase-orders?process=order-to-cash'))?.status()).toBe(400)
})
