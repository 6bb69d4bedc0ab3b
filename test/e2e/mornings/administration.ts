/** An administrator: a time, a rule and a policy, each changed after a look at what that does. */
import { expect, type Page } from '@playwright/test'
import { signOut } from '../support.ts'
import { night } from './events.ts'
import { navigation, reasons, rows, start } from './shared.ts'

/** The morning from signing in to signing out. */
export async function administration(page: Page): Promise<void> {
  await start(page, 'admin')
  await navigation(page).getByRole('link', { name: /^My queue/ }).click()
  await expect(rows(page).filter({ hasText: 'Do we have another contact there' })).toHaveCount(1)

  await navigation(page).getByRole('link', { name: /^Expectations/ }).click()
  await page.getByRole('link', { name: 'Invoice exported', exact: true }).first().click()
  const normal = page.getByLabel('Normal')
  const before = await normal.inputValue()
  await normal.fill('90 min')
  await page.getByLabel('Reason, kept with the version').fill(reasons.time)
  await page.getByRole('button', { name: 'Show what it would change' }).click()
  await expect(page.getByText('judged on the history of')).toBeVisible()
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await expect(page.getByText(`“${reasons.time}”`)).toBeVisible()
  await page.getByText('Go back to it').first().click()
  await page.getByLabel('Reason', { exact: true }).first().fill(`${reasons.time}, taken back`)
  await page.getByRole('button', { name: /^Restore version/ }).first().click()
  await expect(normal).toHaveValue(before)

  await navigation(page).getByRole('link', { name: /^Rules/ }).click()
  for (const way of ['off', 'on']) {
    await page.getByRole('button', { name: `Switch Failed for long ${way}` }).click()
    await expect(page.getByText('Nothing is saved yet')).toBeVisible()
    await expect(page.getByRole('status').filter({ hasText: /would change/ })).toBeVisible()
    await page.getByLabel('Why').fill(reasons.rule)
    await page.getByRole('button', { name: `Switch “Failed for long” ${way}` }).click()
    await expect(page.getByText('Nothing is saved yet')).toHaveCount(0)
  }

  await navigation(page).getByRole('link', { name: /^Mail and policies/ }).click()
  await page.getByRole('link', { name: 'Own facility, every Monday', exact: true }).click()
  await page.getByLabel('Why, kept in the audit trail').fill(reasons.policy)
  await page.getByRole('textbox', { name: 'What it is for' }).fill(`Everything that is open at the reader's own facilities (${night}).`)
  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(page.getByText('This is a draft')).toBeVisible()
  await page.getByLabel('Why, kept in the audit trail').fill(reasons.policy)
  await page.getByRole('button', { name: 'Save a new version' }).click()
  await expect(page.getByText('This is a draft')).toHaveCount(0)
  await signOut(page)
}
