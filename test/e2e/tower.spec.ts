/** The control tower: its figures are those of the lists and the API, and every number leads to its rows. */
import { expect, test } from '@playwright/test'
import { api, expectAccessible, signIn } from './support.ts'

interface Summary { figures: { key: string; count: number; href: string }[] }

/** The first number in a text, thousands separators removed. */
const numberIn = (text: string | null): number => Number(/[\d,]+/.exec(text ?? '')?.[0].replaceAll(',', ''))

test('a headline, its list, and the API say the same number', async ({ page }) => {
  await signIn(page, 'auditor')
  const { figures } = await api<Summary>(page, '/api/v1/summary')
  const exports = figures.find(figure => figure.key === 'failed_invoice_exports')
  const tile = page.getByRole('link', { name: /Failed invoice exports/ }).filter({ has: page.getByRole('heading') })
  const shown = numberIn((await tile.locator('.v').textContent()))
  expect(shown).toBe(exports?.count)
  await tile.click()
  await expect(page).toHaveURL(/\/exceptions\?/)
  await expect(page.getByText(new RegExp(`^${shown.toLocaleString('en')} exceptions?`))).toBeVisible()
})

test('from a cell of the heat map to its rows is one click', async ({ page }) => {
  await signIn(page, 'finance')
  const cell = page.getByRole('table', { name: 'Backlog by facility and process' }).locator('td a').first()
  await cell.click()
  await expect(page).toHaveURL(/\/backlog\?facility=[^&]+&process=/)
})

test('the measure of the heat map and the facility stay in the address', async ({ page }) => {
  await signIn(page, 'finance', '/?measure=age')
  await expect(page.getByRole('link', { name: 'Age', exact: true })).toHaveAttribute('aria-current', 'true')
  await page.getByRole('banner').locator('summary', { hasText: 'Facilities:' }).click()
  await page.getByRole('banner').getByRole('link', { name: /^Birkenried/ }).click()
  await expect(page).toHaveURL(/measure=age&facility=birkenried/)
})

test('a facility manager sees the own facility only', async ({ page }) => {
  await signIn(page, 'manager')
  const rows = page.getByRole('table', { name: 'Backlog by facility and process' }).locator('tbody th')
  await expect(rows).toHaveCount(1)
  await expect(rows.first()).toContainText('Birkenried')
})

test('an address with an unknown filter says so', async ({ page }) => {
  await signIn(page, 'finance')
  const response = await page.goto('/?colour=red')
  expect(response?.status()).toBe(400)
  await expect(page.getByText('unknown filter: colour')).toBeVisible()
})

for (const theme of ['light', 'dark'] as const) {
  test(`nothing stands in anybody's way, ${theme}`, async ({ page, baseURL }) => {
    await page.context().addCookies([{ name: 'theme', value: theme, url: baseURL ?? '' }])
    await signIn(page, 'finance')
    await expect(page.getByRole('heading', { name: 'Control tower' })).toBeVisible()
    await expectAccessible(page)
  })
}
