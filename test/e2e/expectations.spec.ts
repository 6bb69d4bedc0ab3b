/** An administrator tries out a shorter time, saves it with a reason and goes back; others read the same page and change nothing. */
import { expect, test } from '@playwright/test'
import { expectAccessible, signIn } from './support.ts'

const ONE = '/expectations/procure-to-pay/requisition-decided'

test('every expectation with its figures leads to the rows behind them', async ({ page }) => {
  await signIn(page, 'procurement', '/expectations')
  const row = page.getByRole('row', { name: 'Requisition approved purchase requisition' })
  await expect(row).toContainText('pauses')
  const late = Number((await row.getByRole('link').last().innerText()).replaceAll(',', ''))
  expect(late).toBeGreaterThan(0)
  await row.getByRole('link').last().click()
  await expect(page.getByRole('status').filter({ hasText: 'awaited' })).toContainText(`${late} step`)
  await page.goto(ONE)
  await expect(page.getByText('The rule in force')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save as a new version' })).toHaveCount(0)
})

test('a change is looked at, saved with a reason, and taken back', async ({ page }) => {
  await signIn(page, 'admin', ONE)
  await page.getByLabel('Normal').fill('soon')
  await page.getByRole('button', { name: 'Show what it would change' }).click()
  await expect(page.getByText('Write a time such as 4 h')).toBeVisible()
  await page.getByLabel('Normal').fill('1 h')
  await page.getByRole('button', { name: 'Show what it would change' }).click()
  await expect(page.getByText('judged on the history of')).toBeVisible()
  await expect(page.getByText('Allowed, normal: 2 d → 1 h')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await expect(page.getByRole('alert')).toContainText('Say why')
  await page.getByLabel('Reason, kept with the version').fill('approvals take an hour now')
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await expect(page.getByText('“approvals take an hour now”')).toBeVisible()
  await expect(page.getByText('Version 2')).toBeVisible()
  // what was not looked at is not saved
  await page.getByLabel('Normal').fill('3 h')
  await page.getByRole('button', { name: 'Show what it would change' }).click()
  await expect(page.getByText('Allowed, normal: 1 h → 3 h')).toBeVisible()
  await page.getByLabel('Normal').fill('4 h')
  await page.getByLabel('Reason, kept with the version').fill('another time')
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await expect(page.getByRole('alert')).toContainText('This is not what you looked at')
  await page.goto(ONE)
  await page.getByText('Go back to it').click()
  await page.getByLabel('Reason', { exact: true }).fill('too many false alarms')
  await page.getByRole('button', { name: 'Restore version 1' }).click()
  await expect(page.getByText('Version 3')).toBeVisible()
  await expect(page.getByLabel('Normal')).toHaveValue('2 d')
})
