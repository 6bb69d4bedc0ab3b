/** Every page once: axe in light, contrast in dark, nothing wider than the window, nothing said to the console. */
import AxeBuilder from '@axe-core/playwright'
import { expect, test, type Page } from '@playwright/test'
import { PAGES, type Walked } from './pages.ts'
import { signIn, violationsOf } from './support.ts'

// Walking through one page takes a second or two; on a machine with much else to do far longer.
test.describe.configure({ timeout: 120_000 })

/** Opens a page of the list: its own address, or the first link to one of its kind in another. */
async function open(page: Page, path: string, { who, at, from }: Walked): Promise<void> {
  const before = from === undefined ? undefined : PAGES[from]
  if (before) await open(page, from ?? '', before)
  else await signIn(page, who, at ?? from)
  if (from === undefined) return
  const one = new RegExp(`^${path.replace(/:\w+/g, '[^/?]+')}(\\?.*)?$`)
  const links = await page.locator('main a[href]').evaluateAll(all => all.map(link => link.getAttribute('href') ?? ''))
  const found = links.find(link => one.test(link))
  if (found === undefined) throw new Error(`${from} has no link to ${path}`)
  await page.goto(found)
}

/** What a page can be reproached with, in words; empty for a good one. */
async function reproaches(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const { id, where } of await violationsOf(new AxeBuilder({ page }))) found.push(`${id}: ${where.join(', ')}`)
  for (const width of [1024, 390]) {
    await page.setViewportSize({ width, height: 844 })
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    if (over > 0) found.push(`at ${width} px the page is ${over} px too wide`)
  }
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.evaluate(() => document.documentElement.setAttribute('data-theme', 'dark'))
  for (const { where } of await violationsOf(new AxeBuilder({ page }), { rules: ['color-contrast'] })) found.push(`contrast in dark: ${where.join(', ')}`)
  return found
}

for (const [path, walked] of Object.entries(PAGES)) {
  test(`nothing to reproach ${path} with, in light and dark, wide and narrow`, async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 })
    const said: string[] = []
    // What a mail's sandbox keeps from running is axe itself.
    page.on('console', message => message.type() === 'error' && !message.text().includes('frame is sandboxed') && said.push(message.text()))
    page.on('pageerror', error => said.push(error.message))
    await open(page, path, walked)
    await expect(page.getByRole('banner')).toBeVisible()
    expect([...(await reproaches(page)), ...said]).toEqual([])
  })
}

test('the doors: signing in, an address that leads nowhere, a page that is not for this role', async ({ page }) => {
  for (const [who, path, status] of [[null, '/sign-in', 200], ['manager', '/no-such-page', 404], ['manager', '/exceptions/999999999', 404], ['manager', '/audit', 403]] as const) {
    if (who !== null) await signIn(page, who)
    expect((await page.goto(path))?.status(), path).toBe(status)
    expect(await reproaches(page), path).toEqual([])
  }
})
