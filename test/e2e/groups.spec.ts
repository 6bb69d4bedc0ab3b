/** Failure groups as IT support works with them: which cause first, what may be behind it, mute, split, undo; and for who sees a part. */
import { expect, test } from '@playwright/test'
import { expectAccessible, signIn } from './support.ts'

// Each looks at two or three whole pages with axe, on a machine that others use too.
test.beforeEach(() => test.slow())

test('from the list to a group, its failures and back to the worklist', async ({ page }) => {
  await signIn(page, 'it', '/groups?sort=-count')
  await expect(page.getByRole('status').filter({ hasText: 'group' })).toContainText(/\d+ groups?, \d+ failures?/)
  const row = page.locator('tr[data-row]').first()
  const count = Number(await row.locator('td b').first().textContent())
  expect(count).toBeGreaterThan(1)
  await row.getByRole('link').first().click()
  await expect(page).toHaveURL(/\/groups\/[0-9a-f]{16}$/)
  await expect(page.getByRole('region', { name: 'Suspected cause' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Failures', exact: true }).locator('tr[data-row]').first()).toBeVisible()
  await page.getByRole('link', { name: 'Hours' }).click()
  await expect(page).toHaveURL(/trend=hour/)
  const { pathname } = new URL(page.url())
  // the history may still be judged: group and worklist are one number once it is not
  await expect(async () => {
    await page.goto(pathname)
    const open = await page.getByRole('definition').first().textContent()
    await page.getByRole('link', { name: 'In the worklist' }).click()
    await expect(page).toHaveURL(/\/exceptions\?.*fingerprint=/)
    await expect(page.getByRole('status').filter({ hasText: 'exception' })).toContainText(new RegExp(`^${open} exceptions`), { timeout: 2_000 })
  }).toPass()
  // a failure says whose it is one of
  await page.locator('tr[data-row]').first().getByRole('link').first().click()
  await page.getByRole('link', { name: /^One of \d+: the group$/ }).click()
  await expect(page).toHaveURL(new RegExp(`${pathname}$`))
})

test('mute with a reason, the group leaves what there is to do, and comes back; a cause and a comment stand with a name', async ({ page }) => {
  await signIn(page, 'it', '/groups?sort=-count&kind=failed')
  await page.locator('tr[data-row]').first().getByRole('link').first().click()
  await expect(page).toHaveURL(/\/groups\//)
  const { pathname } = new URL(page.url())
  const fingerprint = pathname.split('/').at(-1) ?? ''
  // the keys are the page's once it stands
  await expect(page.getByRole('region', { name: 'Suspected cause' })).toBeVisible()
  await page.keyboard.press('z')
  await expect(page.getByRole('dialog')).toContainText('Mute')
  await expectAccessible(page)
  await page.getByRole('radio', { name: 'it has happened so many more times' }).check()
  await page.getByRole('textbox', { name: /^Why/ }).fill('Ledgerline repairs it tonight')
  await page.getByRole('button', { name: 'Mute', exact: true }).click()
  await expect(page.getByText('Ledgerline repairs it tonight').first()).toBeVisible()
  await page.goto(`/groups?fingerprint=${fingerprint}`)
  await expect(page.getByText('No group fits')).toBeVisible()
  await page.getByRole('link', { name: /^Muted/ }).click()
  await expect(page.locator(`tr[data-row="${fingerprint}"]`)).toHaveCount(1)
  await page.goto(pathname)
  await page.getByRole('link', { name: /^Name the cause/ }).click()
  await page.getByRole('textbox', { name: /^Cause/ }).fill('The cost centre table was cut')
  await page.getByRole('button', { name: 'Keep' }).click()
  await expect(page.getByRole('region', { name: 'Suspected cause' })).toContainText('Ines Support says')
  await page.getByRole('link', { name: /^Unmute/ }).click()
  await page.getByRole('button', { name: 'End the mute' }).click()
  await expect(page.getByRole('region', { name: 'Decisions' })).toContainText('ended the mute')
  await page.goto(`/groups?fingerprint=${fingerprint}`)
  await expect(page.locator(`tr[data-row="${fingerprint}"]`)).toHaveCount(1)
})

test('what somebody else decides while a form is open is not overwritten: the form stands for what its reader saw', async ({ page, context }) => {
  await signIn(page, 'it', '/groups?sort=-count&kind=failed')
  await page.locator('tr[data-row]').first().getByRole('link').first().click()
  await expect(page).toHaveURL(/\/groups\//)
  const { pathname } = new URL(page.url())
  await page.goto(`${pathname}?act=cause`)
  await page.getByRole('textbox', { name: /^Cause/ }).fill('As the first window sees it')
  const other = await context.newPage()
  await other.goto(`${pathname}?act=assign`)
  await other.getByRole('button', { name: 'Assign', exact: true }).click()
  await expect(other.getByRole('region', { name: 'Decisions' })).toContainText('gave it to')
  // the first window has heard of it by now
  await expect(page.getByRole('region', { name: 'Decisions' })).toContainText('gave it to')
  await page.getByRole('button', { name: 'Keep' }).click()
  await expect(page.getByRole('alert')).toContainText('Somebody decided something about this group since you opened it')
  await page.getByRole('button', { name: 'Keep' }).click()
  await expect(page.getByRole('region', { name: 'Suspected cause' })).toContainText('As the first window sees it')
})

test('split by what a message says and undo it: the same failures in another group, then as before', async ({ page }) => {
  await signIn(page, 'it', '/groups?sort=-count&kind=failed')
  await page.locator('tr[data-row]').first().getByRole('link').first().click()
  await expect(page).toHaveURL(/\/groups\//)
  const { pathname } = new URL(page.url())
  const said = (await page.getByRole('region', { name: 'What the errors say' }).locator('code').first().textContent()) ?? ''
  await page.getByText('More', { exact: true }).click()
  await page.getByRole('link', { name: /^Split/ }).click()
  await page.getByRole('combobox', { name: 'By what' }).selectOption('text')
  await page.getByRole('textbox', { name: /^Text/ }).fill(said)
  await page.getByRole('textbox', { name: /^Why/ }).fill('One table, one repair')
  await page.getByRole('button', { name: 'Split', exact: true }).click()
  // nothing is left in the old one, so the new one opens
  await expect(page.getByText('Split by text from')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(page).toHaveURL(new RegExp(`${pathname}$`))
  await expect(page.getByRole('region', { name: 'Split and joined' })).toContainText('Undone by Ines Support')
})

test('a facility manager sees the own part, and cannot decide for the others', async ({ page }) => {
  await signIn(page, 'manager', '/groups?view=all&sort=-count')
  await page.locator('tr[data-row]').first().getByRole('link').first().click()
  await expect(page).toHaveURL(/\/groups\//)
  await expect(page.getByRole('link', { name: /^Assign/ })).toBeVisible()
  await expect(page.getByRole('link', { name: /^Mute/ })).toHaveCount(0)
  await expect(page.getByRole('button', { name: /^Preview replay/ })).toHaveAttribute('aria-disabled', 'true')
})
