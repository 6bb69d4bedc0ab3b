/** Who is told of what: an administrator changes a policy and looks at its mail, a finance lead decides what to be told. */
import { expect, test } from '@playwright/test'
import { expectAccessible, signIn } from './support.ts'

// Whole stories over many pages; how long they take is not what is asked.
test.describe.configure({ timeout: 180_000 })

test('an administrator previews and saves a policy, sends its mail to themselves, and finds it in the log', async ({ page }) => {
  await signIn(page, 'admin')
  await page.goto('/sla')
  await expect(page.getByText('nothing goes anywhere')).toBeVisible()
  await page.getByRole('link', { name: 'Payments over 10,000 that do not go through', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Who would get it now' })).toBeVisible()

  await page.getByLabel('Amount from').fill('500.00')
  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(page.getByText('This is a draft')).toBeVisible()
  await expect(page.getByLabel('Amount from')).toHaveValue('500.00')
  const mail = page.frameLocator('iframe[title="Preview of the mail"]')
  await expect(mail.getByText('Open under this policy')).toBeVisible()
  await page.getByLabel('Why, kept in the audit trail').fill('Smaller amounts matter at year end')
  await page.getByRole('button', { name: 'Save a new version' }).click()
  await expect(page.getByText('This is a draft')).toHaveCount(0)
  await expect(page.getByLabel('Amount from')).toHaveValue('500.00')

  await page.getByLabel('Name').fill('')
  await page.getByLabel('People and addresses').first().fill('nobody')
  await page.getByLabel('Name').evaluate(input => input.removeAttribute('required'))
  await page.getByRole('button', { name: 'Save a new version' }).click()
  await expect(page.getByRole('alert').first()).toContainText('nobody is not an e-mail address.')

  await page.reload()
  await page.getByRole('button', { name: 'Send it to me' }).click()
  await expect(page).toHaveURL(/\/sla\/mails\/[0-9a-f-]{36}$/)
  await expect.poll(async () => {
    await page.reload()
    return await page.locator('iframe').count()
  }, { timeout: 40_000 }).toBe(1)
  await expect(page.frameLocator('iframe').getByText('Open under this policy')).toBeVisible()
  await expectAccessible(page)
  await page.goto('/sla/mails')
  await expect(page.locator('tr[data-row]').first()).toContainText('Ada Admin')
})

test('a webhook shows its secret once, and a private address is refused', async ({ page }) => {
  await signIn(page, 'admin')
  await page.goto('/sla/webhooks')
  await page.getByLabel('Name').fill('Operations chat')
  await page.getByLabel('Address', { exact: true }).fill('https://169.254.169.254/latest')
  await page.getByRole('button', { name: 'Add and show its secret' }).click()
  await expect(page.getByRole('alert')).toContainText('It is a private address.')
  await page.getByLabel('Address', { exact: true }).fill('https://chat.example.com/hook/very-secret')
  await page.getByRole('button', { name: 'Add and show its secret' }).click()
  await expect(page.getByText(/whsec_/)).toBeVisible()
  await expectAccessible(page)
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Operations chat' })).toBeVisible()
  await expect(page.getByText(/whsec_|very-secret/)).toHaveCount(0)
})

test('a finance lead leaves and joins a policy, says when mails may come, and unsubscribes from a mail without signing in', async ({ page, browser }) => {
  await signIn(page, 'finance')
  await page.goto('/sla/me')
  await page.getByRole('button', { name: 'Leave: Finance, every working morning' }).click()
  await expect(page.getByText('You left it')).toBeVisible()
  await page.getByRole('button', { name: 'Join again: Finance, every working morning' }).click()
  await expect(page.getByText('You left it')).toHaveCount(0)
  await page.getByLabel('Digests at').fill('06:15')
  await page.getByLabel('Quiet from').fill('19:00')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Give both times, or none.')).toBeVisible()
  await page.getByLabel('until', { exact: true }).fill('06:00')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved.')).toBeVisible()

  await page.goto('/sla/policies/finance-morning')
  await expect(page.getByRole('heading', { name: 'In words' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save a new version' })).toHaveCount(0)
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Send it to me' }).click()
  await expect(page).toHaveURL(/\/sla\/mails\/[0-9a-f-]{36}$/)
  await expect.poll(async () => {
    await page.reload()
    return await page.getByLabel('Plain text of the mail').count()
  }, { timeout: 40_000 }).toBe(1)
  const text = (await page.getByLabel('Plain text of the mail').textContent()) ?? ''
  const link = new URL(/\S+\/unsubscribe\/\S+/.exec(text)?.[0] ?? '')

  const stranger = await browser.newContext()
  const door = await stranger.newPage()
  await door.goto(new URL(link.pathname, page.url()).toString())
  await expectAccessible(door)
  await door.getByRole('button', { name: 'Unsubscribe' }).click()
  await expect(door.getByRole('heading', { name: 'You are unsubscribed' })).toBeVisible()
  // The one-click call of a mail program: no cookie, no origin.
  const oneClick = await stranger.request.post(new URL(link.pathname, page.url()).toString(), { form: { 'List-Unsubscribe': 'One-Click' } })
  expect(oneClick.status()).toBe(200)
  expect((await stranger.request.get(new URL(`${link.pathname}x`, page.url()).toString())).status()).toBe(404)
  await stranger.close()
  await page.goto('/sla/me')
  await expect(page.getByRole('button', { name: 'Join again: Finance, every working morning' })).toBeVisible()
  // Others' mails are not there.
  await page.goto('/sla/mails')
  await expect(page.getByText('your mails')).toBeVisible()
  for (const to of await page.locator('tr[data-row]').allTextContents()) expect(to).toContain('finance@demo.example')
  await page.goto('/sla/webhooks')
  await expect(page.getByText('Operations chat')).toHaveCount(0)
})
