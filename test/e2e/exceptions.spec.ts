/** The worklist and one exception: filters, groups, acts by keyboard, conflicts, scope. */
import { expect, test, type Page } from '@playwright/test'
import { expectAccessible, signIn } from './support.ts'

const firstRow = (page: Page) => page.locator('tr[data-row]').first()
/** Opens a single exception of a list and answers its id. */
async function openFirst(page: Page, path: string): Promise<string> {
  await page.goto(path)
  await firstRow(page).getByRole('link').first().click()
  await expect(page).toHaveURL(/\/exceptions\/\d+$/)
  return /(\d+)$/.exec(page.url())?.[1] ?? ''
}

test('facets, chips and the count follow the address', async ({ page }) => {
  await signIn(page, 'finance', '/exceptions')
  await page.getByRole('checkbox', { name: /^Overdue/ }).check()
  await expect(page).toHaveURL(/kind=overdue/)
  await expect(page.getByText('Kind is')).toBeVisible()
  const count = (await page.getByRole('status').filter({ hasText: 'exception' }).textContent()) ?? ''
  await expect(page.getByRole('link', { name: /^Export/ })).toHaveText(`Export ${/^[\d,]+/.exec(count)?.[0]}`)
  await page.getByRole('link', { name: 'Remove Kind is Overdue' }).click()
  await expect(page).toHaveURL(/\/exceptions\?view=all-open$/)
})

test('equal failures are one line that unfolds and leads to its members', async ({ page }) => {
  await signIn(page, 'finance', '/exceptions?step=finance.customer_invoice.exported&kind=failed&sort=-amount')
  await expect(firstRow(page).locator('.stackn')).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('ArrowRight')
  await page.getByRole('link', { name: /^Show the other/ }).click()
  await expect(page).toHaveURL(/fingerprint=/)
  await expect(page.getByText('Failure group is')).toBeVisible()
})

test('by keyboard: select, assign to me, and the list shows it', async ({ page }) => {
  await signIn(page, 'it', '/exceptions?kind=overdue&lines=single')
  await expect(firstRow(page)).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect(page.getByRole('toolbar', { name: 'Selected rows' })).toContainText('1 selected')
  await page.keyboard.press('a')
  await expect(page.getByRole('dialog')).toContainText('Assign 1 exception')
  await page.getByRole('button', { name: 'Assign', exact: true }).last().click()
  await expect(page.locator('.toast')).toContainText('1 exception assigned')
  await page.getByRole('link', { name: /^Assigned to me/ }).click()
  await expect(firstRow(page)).toContainText('Ines Support')
})

test('comment, take on, resolve with a reason, reopen: each is in the history', async ({ page }) => {
  await signIn(page, 'finance')
  const id = await openFirst(page, '/exceptions?kind=overdue&lines=single&sort=-detectedAt')
  const history = page.getByRole('region', { name: 'History' })
  await page.getByRole('link', { name: 'Add comment' }).click()
  await page.getByRole('textbox', { name: 'Comment' }).fill('<b>Called the supplier</b>')
  await page.getByRole('button', { name: 'Add the comment' }).click()
  await expect(history).toContainText('“<b>Called the supplier</b>”')
  await page.keyboard.press('e')
  await page.getByRole('combobox', { name: 'What resolved it' }).selectOption('posted_by_hand')
  await page.getByRole('button', { name: 'Resolve', exact: true }).click()
  await expect(page.getByText('Resolved by a person, not verified.')).toBeVisible()
  await expect(history).toContainText('Fiona Keller resolved it: Posted by hand')
  await page.getByRole('link', { name: /^Reopen/ }).click()
  await page.getByRole('button', { name: 'Reopen' }).click()
  await expect(history).toContainText('Fiona Keller reopened it')
  await expect(page).toHaveURL(new RegExp(`/exceptions/${id}$`))
})

test('what was just done can be taken back, until somebody else acts', async ({ page, context }) => {
  test.slow()
  await signIn(page, 'finance')
  const id = await openFirst(page, '/exceptions?kind=failed&lines=single&sort=-detectedAt&status=open')
  const history = page.getByRole('region', { name: 'History' })
  await page.goto(`/exceptions/${id}?act=acknowledge`)
  await page.getByRole('button', { name: 'Take on', exact: true }).click()
  await expect(page.getByText('You have just taken it on.')).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('u')
  await expect(history).toContainText('Fiona Keller took back the taking on')
  await expect(page.getByText('You have just taken it on.')).toHaveCount(0)
  await page.goto(`/exceptions/${id}?act=acknowledge`)
  await page.getByRole('button', { name: 'Take on', exact: true }).click()
  const other = await context.newPage()
  await other.goto(`/exceptions/${id}?act=comment`)
  await other.getByRole('textbox', { name: 'Comment' }).fill('seen')
  await other.getByRole('button', { name: 'Add the comment' }).click()
  await expect(page.getByText('“seen”')).toBeAttached()
  await expect(page.getByText('You have just taken it on.')).toHaveCount(0)
})

test('what changed meanwhile is not overwritten', async ({ page, context }) => {
  await signIn(page, 'finance')
  const id = await openFirst(page, '/exceptions?kind=failed&lines=single&sort=detectedAt')
  // typed before the scripts are there: nothing may be lost when they arrive
  await page.goto(`/exceptions/${id}?act=comment`, { waitUntil: 'commit' })
  await page.getByRole('textbox', { name: 'Comment' }).fill('from the first window')
  const other = await context.newPage()
  await other.goto(`/exceptions/${id}?act=comment`, { waitUntil: 'commit' })
  await other.getByRole('textbox', { name: 'Comment' }).fill('from the second window')
  await other.getByRole('button', { name: 'Add the comment' }).click()
  await expect(other.getByRole('region', { name: 'History' })).toContainText('from the second window')
  // The first window has heard of it by now; the form still stands for what its reader saw when it opened.
  await expect(page.getByText('from the second window')).toBeAttached()
  await page.getByRole('button', { name: 'Add the comment' }).click()
  await expect(page.getByRole('alert')).toContainText('It has changed since you opened it')
  await page.getByRole('button', { name: 'Add the comment' }).click()
  await expect(page.getByRole('region', { name: 'History' })).toContainText('from the first window')
})

test('what is typed before the scripts arrive stays: every field of every act', async ({ page }) => {
  await signIn(page, 'finance')
  const id = await openFirst(page, '/exceptions?kind=failed&lines=single&sort=detectedAt&status=open')
  const slow = await page.context().newCDPSession(page)
  await slow.send('Emulation.setCPUThrottlingRate', { rate: 6 })
  for (const act of ['comment', 'assign', 'resolve', 'ignore', 'wait']) {
    await page.goto(`/exceptions/${id}?act=${act}`, { waitUntil: 'commit' })
    const form = page.locator('main form').filter({ has: page.locator(`input[name=act][value=${act}]`) })
    await form.waitFor()
    const typed = await form.evaluate((element: HTMLFormElement) => {
      for (const field of element.elements) {
        if (field instanceof HTMLTextAreaElement) field.value = 'typed early'
        else if (field instanceof HTMLSelectElement) field.selectedIndex = field.options.length - 1
        else if (field instanceof HTMLInputElement && field.type === 'radio') field.checked = field === [...element.querySelectorAll('input[type=radio]')].at(-1)
        else if (field instanceof HTMLInputElement && field.type === 'number') field.value = '7'
        else if (field instanceof HTMLInputElement && field.type === 'text') field.value = 'typed early'
      }
      return [...new FormData(element)].map(([name, value]) => `${name}=${String(value)}`)
    })
    await page.waitForLoadState('load')
    // the scripts are there once a key opens the list of keys
    await expect(async () => {
      await page.locator('main').press('?')
      await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible({ timeout: 500 })
    }).toPass()
    await page.keyboard.press('Escape')
    expect(await form.evaluate((element: HTMLFormElement) => [...new FormData(element)].map(([name, value]) => `${name}=${String(value)}`))).toEqual(typed)
  }
})

test('an auditor reads and cannot act; another facility is not there', async ({ page }) => {
  await signIn(page, 'auditor')
  const id = await openFirst(page, '/exceptions?facility=rosenfluh&lines=single')
  await expect(page.getByRole('link', { name: /^Resolve/ })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Preview replay' })).toHaveAttribute('aria-disabled', 'true')
  await page.context().clearCookies()
  await signIn(page, 'manager')
  const response = await page.goto(`/exceptions/${id}`)
  expect(response?.status()).toBe(404)
  await expect(page.getByText('This exception was not found')).toBeVisible()
})

test('works without JavaScript', async ({ browser, page, baseURL }) => {
  await signIn(page, 'finance')
  const plain = await browser.newContext({ javaScriptEnabled: false, baseURL })
  await plain.addCookies(await page.context().cookies())
  const still = await plain.newPage()
  await still.goto('/exceptions?kind=overdue&lines=single')
  await still.locator('tr[data-row]').first().getByRole('link').first().click()
  await still.getByRole('link', { name: /^Assign/ }).click()
  await still.getByRole('combobox', { name: 'Who takes it' }).selectOption({ label: 'Me' })
  await still.getByRole('button', { name: 'Assign', exact: true }).click()
  await expect(still.getByText('Assigned to Fiona Keller')).toBeVisible()
  await plain.close()
})

test("nothing stands in anybody's way: no hit", async ({ page }) => {
  await signIn(page, 'finance', '/exceptions?q=nothing-is-called-so')
  await expectAccessible(page)
})

test("nothing stands in anybody's way: one exception and its dialogs", async ({ page }) => {
  await signIn(page, 'finance')
  const id = await openFirst(page, '/exceptions?kind=failed&lines=single')
  await page.goto(`/exceptions/${id}?act=resolve`)
  await expectAccessible(page)
  await page.goto(`/exceptions/${id}`)
  for (const [act, key] of [['Resolve', 'e'], ['Ignore', 'z'], ['Assign', 'a']] as const) {
    await page.keyboard.press(key)
    await expect(page.getByRole('dialog', { name: act })).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  }
})
