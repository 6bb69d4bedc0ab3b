/**
 * The whole line: a finance lead sees a failed export, looks at its trace, asks for a replay, a second person agrees, the execution
 * layer does it, the missing step is seen, and the exception closes by itself. And the one where the layer says completed but the step
 * never comes: it stays open.
 */
import { expect, test, type Page } from '@playwright/test'
import { api, behave, signIn } from './support.ts'

interface Listed { id: string; title: string; status: string; object: { id: string }; correlationIds: string[]; resolution: { by: string } | null }
const EXPORTS = 'kind=failed&step=finance.customer_invoice.exported&sort=amount'

async function failedExports(page: Page): Promise<Listed[]> {
  return (await api<{ items: Listed[] }>(page, `/api/v1/exceptions?${EXPORTS}`)).items
}

/** Asks for a replay of the exception on its page and returns the replay's address. */
async function askForReplay(page: Page, exception: Listed, reason: string): Promise<string> {
  await page.goto(`/exceptions/${exception.id}`)
  await expect(page.getByRole('heading', { name: exception.title })).toBeVisible()
  await page.getByRole('link', { name: /Preview replay/ }).or(page.getByRole('button', { name: /Preview replay/ })).first().click()
  await expect(page.getByText('Nothing is sent yet')).toBeVisible()
  await expect(page.getByText('A second person must approve.')).toBeVisible()
  await page.getByLabel('Reason, kept in the audit trail').fill(reason)
  await page.getByRole('button', { name: /Ask a second person to approve 1/ }).click()
  await expect(page).toHaveURL(/\/replays\/rpl_/)
  return new URL(page.url()).pathname
}

async function approve(page: Page, replay: string): Promise<void> {
  await page.context().clearCookies()
  await signIn(page, 'admin', replay)
  await page.getByRole('button', { name: /^Approve/ }).click()
}

test('a failed export is replayed, verified, and its exception closes by itself', async ({ page }) => {
  await signIn(page, 'finance')
  const [exception] = await failedExports(page)
  if (!exception) throw new Error('the demo has no failed export')
  await behave(page, [{ behaviour: 'succeed' }])

  // from the tower's number to the rows, to the one, to its trace
  await page.getByRole('link', { name: /Failed invoice exports/ }).first().click()
  await expect(page).toHaveURL(/step=finance.customer_invoice.exported/)
  await page.goto(`/exceptions/${exception.id}`)
  await page.getByRole('link', { name: exception.correlationIds[0]!, exact: true }).click()
  await expect(page.getByRole('link', { name: 'Expected: Invoice exported' })).toBeVisible()

  const replay = await askForReplay(page, exception, 'The cost centre is known now')
  await approve(page, replay)
  await expect.poll(async () => (await api<Listed>(page, `/api/v1/exceptions/${exception.id}`)).resolution?.by, { timeout: 40_000 }).toBe('verified')
  await expect.poll(async () => (await api<{ state: string }>(page, `/api/v1${replay}`)).state, { timeout: 20_000 }).toBe('verified')
  await expect(page.getByText('1 of 1').or(page.getByRole('cell', { name: /Verified/ })).first()).toBeVisible()
  await page.goto(`/exceptions/${exception.id}`)
  await expect(page.getByText('Resolved', { exact: true }).first()).toBeVisible()
})

test('completed is not verified: without the step the exception stays open', async ({ page }) => {
  await signIn(page, 'finance')
  const [, exception] = await failedExports(page)
  if (!exception) throw new Error('the demo has no second failed export')
  await behave(page, [{ behaviour: 'complete_without_effect' }])

  const replay = await askForReplay(page, exception, 'Try again, the cost centre is known now')
  await approve(page, replay)
  await expect.poll(async () => (await api<{ state: string }>(page, `/api/v1${replay}`)).state, { timeout: 40_000 }).toBe('completed')
  await expect(page.getByRole('cell', { name: /Completed/ })).toBeVisible()
  // time enough for a step that were to come
  await page.waitForTimeout(3_000)
  expect(await api<Listed>(page, `/api/v1/exceptions/${exception.id}`)).toMatchObject({ status: 'open', resolution: null })
  await behave(page, [])
})
