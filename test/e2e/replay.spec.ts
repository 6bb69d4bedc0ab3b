/** A replay of a failed export from its preview to the closed exception, agreed to by a second person. */
import { expect, test, type Page } from '@playwright/test'
import { behave, expectAccessible, signIn } from './support.ts'

const EXPORTS = '/exceptions?step=finance.customer_invoice.exported&kind=failed&lines=single&facility=rosenfluh'

/** The `nth` failed export of the list: its id and the invoice's. */
async function failedExport(page: Page, nth: number): Promise<{ id: string; objectId: string }> {
  await page.goto(EXPORTS)
  await page.locator('tr[data-row]').nth(nth).getByRole('link').first().click()
  await expect(page).toHaveURL(/\/exceptions\/\d+$/)
  const objectId = (await page.getByRole('heading', { level: 2 }).first().textContent())?.match(/INV-[\w-]+/)?.[0] ?? ''
  return { id: /(\d+)$/.exec(page.url())?.[1] ?? '', objectId }
}

/** Asks for the replay of the exception on the page; ends on the replay's own page. */
async function request(page: Page, reason: string): Promise<string> {
  await page.getByRole('link', { name: 'Preview replay' }).click()
  const drawer = page.getByRole('dialog', { name: 'Preview replay' })
  await expect(drawer.getByText('Nothing is sent yet')).toBeVisible()
  await expect(drawer.getByText('A second person must approve.')).toBeVisible()
  await expect(drawer.getByRole('row', { name: /Total, equals the selection/ })).toBeVisible()
  await expectAccessible(page)
  await drawer.getByRole('textbox', { name: 'Reason, kept in the audit trail' }).fill(reason)
  await drawer.getByRole('button', { name: 'Ask a second person to approve 1' }).click()
  await expect(page).toHaveURL(/\/replays\/rpl_/)
  return page.url()
}

async function switchTo(page: Page, who: 'finance' | 'admin', path: string): Promise<void> {
  await page.context().clearCookies()
  await signIn(page, who, path)
  await page.goto(path)
}

test('requested by one, approved by another, verified when the step is seen, and the exception closes by itself', async ({ page }) => {
  await signIn(page, 'finance')
  const { id, objectId } = await failedExport(page, 0)
  await behave(page, [{ behaviour: 'succeed', objectId }])
  const replay = await request(page, 'Cost centre was added')
  await expect(page.getByText('You asked for it, so somebody else must approve')).toBeVisible()
  await switchTo(page, 'admin', new URL(replay).pathname)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Approve and send 1' }).click()
  await expect(page.locator('tr[data-row]').first()).toContainText('Verified', { timeout: 40_000 })
  await page.goto(`/exceptions/${id}`)
  await expect(page.getByText('Verified after a replay.')).toBeVisible({ timeout: 30_000 })
})

test('completed without the step being seen is not verified, and the exception stays open', async ({ page }) => {
  await signIn(page, 'finance')
  const { id, objectId } = await failedExport(page, 1)
  await behave(page, [{ behaviour: 'complete_without_effect', objectId }])
  const replay = await request(page, 'Try once more')
  await switchTo(page, 'admin', new URL(replay).pathname)
  await page.getByRole('button', { name: 'Approve and send 1' }).click()
  await expect(page.locator('tr[data-row]').first()).toContainText('Completed, not verified', { timeout: 40_000 })
  await page.goto(`/exceptions/${id}`)
  await expect(page.getByText('Verified after a replay.')).toHaveCount(0)
  await expect(page.getByRole('link', { name: /^Resolve/ })).toBeVisible()
})

test('declined by the second person: nothing is sent', async ({ page }) => {
  await signIn(page, 'finance')
  await failedExport(page, 2)
  const replay = await request(page, 'Send it again')
  await switchTo(page, 'admin', new URL(replay).pathname)
  await page.getByText('Decline instead').click()
  await page.getByRole('textbox', { name: 'Why, kept in the audit trail' }).first().fill('The cost centre is still closed')
  await page.getByRole('button', { name: 'Decline 1' }).click()
  await expect(page.locator('tr[data-row]').first()).toContainText('Declined')
  await page.goto('/replays')
  await expect(page.locator('tr[data-row]').first()).toContainText('Send it again')
  await expectAccessible(page)
})
