/** IT support, by keyboard: failures that are one problem, their cause, what to do, and a replay of all of them. */
import { expect, type Page } from '@playwright/test'
import { enter, go, rowTo, signInByKeyboard, signOutByKeyboard, tabTo } from '../keyboard.ts'
import { figure } from '../support.ts'
import { night, STORM } from './events.ts'
import { exceptions, reasons, rows, type Day } from './shared.ts'

/** The morning from signing in to signing out; reads and sets what the day knows. */
export async function itSupport(page: Page, day: Day): Promise<void> {
  await signInByKeyboard(page, 'it')
  await go(page, 'Technical', /\/technical$/)
  const link = page.locator('dl.strip > div').filter({ hasText: 'Mapping' }).getByRole('link')
  const attempts = await figure(link)
  expect(attempts).toBeGreaterThanOrEqual(STORM)
  await enter(page, link)
  await expect(page.getByRole('region', { name: 'Failed attempts' })).toContainText(`${attempts.toLocaleString('en')} in the last`)

  // one line in the worklist, one in the list of groups
  await go(page, 'Exceptions', /\/exceptions/)
  await enter(page, page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: /^Failures/ }))
  await expect(rows(page).filter({ hasText: String(STORM) }).first()).toBeVisible()
  await go(page, 'Failure groups', /\/groups$/)
  await page.keyboard.press('j')
  await enter(page, page.getByRole('columnheader', { name: 'Failures' }).getByRole('link'))
  await expect(page).toHaveURL(/sort=-count/)
  await rowTo(page, page.locator(`tr[data-row="${day.group}"]`))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/groups/${day.group}$`))
  await expect(page.getByRole('definition').first()).toHaveText(String(STORM))

  // the cause with its evidence, what to do, who else has it
  const cause = page.getByRole('region', { name: 'Suspected cause' })
  await expect(cause.getByRole('listitem').first()).toContainText(`Release ${night}`)
  await expect(page.getByRole('region', { name: 'Runbook' }).getByRole('listitem').first()).toBeVisible()
  await enter(page, cause.getByRole('link', { name: 'See the event' }).first())
  await expect(page).toHaveURL(new RegExp(`/events/execution-layer/${night}-release$`))
  await expect(page.getByRole('heading', { name: 'Envelope' })).toBeVisible()
  await page.goBack()
  await expect(cause).toBeVisible()

  // nothing leaves before it was seen what would
  await page.keyboard.press('r')
  const drawer = page.getByRole('dialog', { name: 'Preview replay' })
  await expect(drawer.getByText('Nothing is sent yet')).toBeVisible()
  expect(await figure(drawer.getByRole('row', { name: /Total, equals the selection/ }).getByRole('cell').nth(1))).toBe(STORM)
  await expect(drawer.getByText('none', { exact: true })).toBeVisible()
  await tabTo(page, drawer.getByRole('textbox', { name: 'Reason, kept in the audit trail' }))
  await page.keyboard.type(reasons.units)
  await enter(page, drawer.getByRole('button', { name: `Send ${STORM}` }))
  await expect(page).toHaveURL(/\/replays\/rpl_/)
  await expect(page.locator('dl.strip > div').filter({ hasText: 'Verified' }).locator('dd')).toHaveText(String(STORM), { timeout: 60_000 })
  await expect.poll(async () => (await exceptions(page, `fingerprint=${day.group}`)).length, { timeout: 30_000 }).toBe(0)
  await go(page, 'Failure groups', /\/groups$/)
  await expect(page.locator(`tr[data-row="${day.group}"]`)).toHaveCount(0)
  await signOutByKeyboard(page)
}
