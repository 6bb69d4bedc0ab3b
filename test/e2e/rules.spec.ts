/** Rules: an administrator changes one with a preview and a reason, the exceptions follow; everybody else reads. */
import { expect, test } from '@playwright/test'
import { expectAccessible, signIn } from './support.ts'

test('an ownership rule is added with a preview, and moves what it names', async ({ page }) => {
  await signIn(page, 'admin', '/rules?set=ownership')
  await page.getByRole('link', { name: 'Add a rule' }).click()
  await page.getByLabel('Name').fill('Claims to the payers’ desk')
  await page.locator('summary', { hasText: 'About' }).click()
  await page.getByRole('checkbox', { name: 'claim', exact: true }).check()
  await page.getByLabel('Then it belongs to').selectOption('team:treasury')
  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(page.getByText(/move from Payer relations to Treasury/)).toBeVisible()
  await expectAccessible(page)
  const moved = /^(\d+) of/.exec((await page.getByRole('status').filter({ hasText: 'would change' }).textContent()) ?? '')?.[1]
  // without a reason nothing is saved
  await page.getByRole('button', { name: 'Save the rule' }).click()
  await expect(page.getByText('Say why, in at least three characters')).toBeVisible()
  await page.getByLabel('Why').fill('Treasury talks to the payers this quarter')
  await page.getByRole('button', { name: 'Save the rule' }).click()
  await expect(page).toHaveURL(/\/rules\?set=ownership$/)
  const row = page.getByRole('row', { name: /Claims to the payers/ })
  await expect(async () => {
    await page.reload()
    await expect(row).toContainText(moved ?? 'none')
  }).toPass()
  await row.getByRole('link', { name: /exceptions by the rule/ }).click()
  await expect(page.getByRole('status').filter({ hasText: 'exception' })).toContainText(`${moved} exception`)
  await expect(page.getByText('Decided by rule')).toBeVisible()
  await page.locator('tr[data-row]').first().getByRole('link').first().click()
  await expect(page.getByRole('region', { name: 'History' })).toContainText('Routed to Treasury by the rule “Claims to the payers’ desk”')
})

test('switching a rule off asks first, and its versions say who and why', async ({ page }) => {
  await signIn(page, 'admin', '/rules')
  await page.getByRole('button', { name: 'Switch Little money off' }).click()
  await expect(page.getByText('Nothing is saved yet')).toBeVisible()
  await expect(page.getByText(/open exceptions would change/)).toBeVisible()
  await page.getByLabel('Why').fill('Small sums count as well')
  await page.getByRole('button', { name: 'Switch “Little money” off' }).click()
  await expect(page.getByRole('row', { name: /Little money/ })).toContainText('Switched off')
  await page.getByRole('link', { name: 'Little money', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Versions' })).toContainText('“Small sums count as well”')
  await expectAccessible(page)
})

test('a facility manager reads the rules and what they decide at home', async ({ page }) => {
  await signIn(page, 'manager', '/rules')
  await expect(page.getByRole('row', { name: /Shelf runs empty/ })).toBeVisible()
  await expect(page.getByRole('link', { name: 'Add a rule' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: /^Move/ })).toHaveCount(0)
  expect((await page.request.get('/rules/severity/new')).status()).toBe(404)
  expect((await page.request.post('/rules', { form: { set: 'severity', id: 'long-open', change: 'switch', intent: 'save', reason: 'because I can' } })).status()).toBe(403)
})

test('the worklist is narrowed by owner and by how the clock stands', async ({ page }) => {
  await signIn(page, 'procurement', '/exceptions')
  await page.getByRole('checkbox', { name: /^Breached/ }).check()
  await expect(page.getByText('Service level is')).toBeVisible()
  await page.getByRole('checkbox', { name: /^Group procurement/ }).check()
  await expect(page.getByText('Owner is')).toBeVisible()
  await expect(page.locator('tr[data-row]').first()).toContainText('Group procurement')
})
