/** A procurement lead: what is stuck and with whom, chased; a posting to be repeated; a view for everybody, a note for the next shift. */
import { expect, type Page } from '@playwright/test'
import { figure, signOut } from '../support.ts'
import { invoice, night } from './events.ts'
import { awaited, expectHeadline, history, idIn, listed, navigation, reasons, rows, shift, start, type Day } from './shared.ts'

const view = `Chase today ${night}`

/** The morning from signing in to signing out; reads and sets what the day knows. */
export async function procurement(page: Page, day: Day): Promise<void> {
  await start(page, 'procurement')
  await navigation(page).getByRole('link', { name: /^Purchase orders/ }).click()
  const states = page.getByRole('navigation', { name: 'State of the work' }).locator('[aria-current="true"] .n')
  const stuck = page.locator('a.tile').filter({ has: page.getByRole('heading', { name: 'Stuck purchase orders', exact: true }) })
  await expectHeadline(page, 'stuck_purchase_orders', stuck.locator('.v'))
  const stage = page.getByRole('table', { name: 'From requisition to bank settlement' }).getByRole('link', { name: /stuck before Order sent/ })
  const waiting = await figure(stage)
  await stage.click()
  await expect(page).toHaveURL(/step=/)
  expect(await figure(states)).toBe(waiting)

  // the supplier with most of it, its record, and one of its orders chased
  await page.getByRole('navigation', { name: 'Purchasing' }).getByRole('link', { name: 'Suppliers' }).click()
  const suppliers = page.getByRole('table', { name: 'Supplier performance' })
  await suppliers.getByRole('link', { name: 'Stuck now', exact: true }).click()
  await expect(page).toHaveURL(/sort=-stuck/)
  const worst = suppliers.locator('tbody tr[data-row]').first()
  const theirs = await figure(worst.getByRole('link', { name: /stuck orders with/ }))
  await worst.getByRole('link').first().click()
  await expect(page).toHaveURL(/\/suppliers\/SUP-/)
  expect(await figure(states)).toBe(theirs)
  await expect(page.getByText('Received in time').first()).toBeVisible()
  await rows(page).first().getByRole('link').first().click()
  await expect(page).toHaveURL(/\/exceptions\/\d+$/)
  day.chased = idIn(page)
  await expect(history(page)).toBeVisible()
  await page.getByText('More', { exact: true }).first().click()
  await page.getByRole('link', { name: /^Wait/ }).click()
  await page.getByRole('textbox', { name: 'Whom it waits for' }).fill('the supplier’s dispatch')
  await page.getByRole('button', { name: 'Set to waiting' }).click()
  await expect(history(page)).toContainText('set it to wait for the supplier’s dispatch')

  // late receipts, and the backlog by facility
  await navigation(page).getByRole('link', { name: /^Exceptions/ }).click()
  const late = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Late receipts/ })
  const receipts = await figure(late)
  await late.click()
  await expect(page).toHaveURL(/goods_receipt/)
  expect(await figure(listed(page))).toBe(receipts)
  await navigation(page).getByRole('link', { name: /^Backlog/ }).click()
  const facility = page.getByRole('group', { name: 'Facility' }).or(page.getByRole('search')).locator('label').filter({ hasText: 'Talbrunn' }).first()
  const there = await figure(facility.locator('.c'))
  await facility.click()
  await expect(page).toHaveURL(/facility=talbrunn/)
  expect(await figure(awaited(page))).toBe(there)

  // a posting in her field: she asks, somebody else decides
  await page.keyboard.press('/')
  await page.keyboard.type(invoice.id)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/objects/supplier_invoice/${invoice.id}`))
  await page.locator(`a[href="/exceptions/${day.posting}"]`).first().click()
  await page.getByRole('link', { name: 'Preview replay' }).click()
  const drawer = page.getByRole('dialog', { name: 'Preview replay' })
  await expect(drawer.getByText('A second person must approve.')).toBeVisible()
  await drawer.getByRole('textbox', { name: 'Reason, kept in the audit trail' }).fill(reasons.period)
  await drawer.getByRole('button', { name: 'Ask a second person to approve 1' }).click()
  await expect(page).toHaveURL(/\/replays\/rpl_/)
  day.replay = new URL(page.url()).pathname
  await expect(page.getByRole('button', { name: /^Approve/ })).toHaveCount(0)

  // a view that everybody gets, each counted for themselves; a note for who comes next
  await page.goto('/exceptions?kind=overdue&process=procure-to-pay&lines=single')
  const shown = await figure(listed(page))
  await page.locator('summary', { hasText: 'Views' }).click()
  await page.getByRole('link', { name: /^Save as a view/ }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill(view)
  await page.getByRole('radio', { name: /^Everybody(?! with)/ }).check()
  await page.getByRole('button', { name: 'Save the view' }).click()
  await expect(page).toHaveURL(/view=\d+/)
  expect(await figure(page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: new RegExp(`^${view}`) }).locator('.n'))).toBe(shown)
  await navigation(page).getByRole('link', { name: /^My queue/ }).click()
  await page.getByRole('link', { name: /^Hand over/ }).click()
  await page.getByRole('textbox', { name: 'What the next shift has to know' }).fill(shift)
  await page.getByRole('button', { name: 'Hand over', exact: true }).click()
  await expect(page.getByRole('region', { name: 'Hand-over notes' })).toContainText(shift)
  await signOut(page)
}
