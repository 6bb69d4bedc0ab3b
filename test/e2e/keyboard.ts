/** Working without a mouse: what a person does with Tab, Enter and the keys of the page. */
import { expect, type Locator, type Page } from '@playwright/test'
import { passwordOf, type Login } from './support.ts'

/** The most elements that a person would tab through before giving up. */
const MOST_TABS = 150

/** Opens the list of keys; a page that shows it listens to them. */
async function openKeys(page: Page): Promise<Locator> {
  const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(async () => {
    await page.keyboard.press('?')
    await expect(keys).toBeVisible({ timeout: 1000 })
  }).toPass()
  return keys
}

async function closeKeys(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

/** The page listens to keys. */
export async function ready(page: Page): Promise<void> {
  await openKeys(page)
  await closeKeys(page)
}

/** Where something stands from what has the focus, as Tab sees it; `content`: in the content, and the focus is nowhere yet. */
async function wayTo(wanted: Locator): Promise<'here' | 'before' | 'after' | 'content'> {
  return await wanted.evaluate(element => {
    const focus = document.activeElement ?? document.body
    if (element === focus) return 'here'
    const main = document.getElementById('main')
    if (focus === document.body) return main?.contains(element) ? 'content' : 'after'
    return (element.compareDocumentPosition(focus) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0 && !element.contains(focus) ? 'before' : 'after'
  })
}

/** Tabs until this has the focus: over the link that skips the navigation where that is shorter, backwards where it stands before. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await expect(wanted).toBeAttached()
  for (let step = 0; step < MOST_TABS; step++) {
    const way = await wayTo(wanted)
    if (way === 'here') return
    await page.keyboard.press(way === 'before' ? 'Shift+Tab' : 'Tab')
    if (way === 'content' && (await page.locator('.skip:focus').count()) > 0) await page.keyboard.press('Enter')
  }
  throw new Error(`the focus never came to ${String(wanted)}`)
}

/** Tabs to it and presses Enter. */
export async function enter(page: Page, wanted: Locator): Promise<void> {
  await tabTo(page, wanted)
  await page.keyboard.press('Enter')
}

/** Moves through the list of the page with `j` and `k` until this row is the current one. */
export async function rowTo(page: Page, row: Locator): Promise<void> {
  await expect(row).toBeAttached()
  for (let step = 0; step < MOST_TABS; step++) {
    const way = await wayTo(row)
    if (way === 'here') return
    await page.keyboard.press(way === 'before' ? 'k' : 'j')
  }
  throw new Error(`the keys never came to ${String(row)}`)
}

/** Goes to a screen with `g` and the letter that the list of keys gives for it. */
export async function go(page: Page, screen: string, address: RegExp): Promise<void> {
  const entry = (await openKeys(page)).locator('dl > div').filter({ has: page.getByText(screen, { exact: true }) })
  const letter = await entry.locator('kbd').last().innerText()
  await closeKeys(page)
  await page.keyboard.press('g')
  await page.keyboard.press(letter)
  await expect(page).toHaveURL(address)
}

/** Signs in at the door, as on the first morning. */
export async function signInByKeyboard(page: Page, who: Login): Promise<void> {
  await page.goto('/')
  await tabTo(page, page.getByLabel('E-mail'))
  await page.keyboard.type(`${who}@demo.example`)
  await page.keyboard.press('Tab')
  await page.keyboard.type(passwordOf())
  await page.keyboard.press('Enter')
  await expect(page.getByRole('banner')).toBeVisible()
  await ready(page)
}

/** Signs out over the name at the foot of the navigation. */
export async function signOutByKeyboard(page: Page): Promise<void> {
  const navigation = page.getByRole('navigation', { name: 'Main', exact: true })
  await enter(page, navigation.locator('summary'))
  await enter(page, navigation.getByRole('button', { name: 'Sign out' }))
  await expect(page).toHaveURL(/\/sign-in$/)
}
