/** A finance lead, by keyboard: the digest, the month end, exports dealt with, a colleague’s posting approved. */
import { expect, type Page } from '@playwright/test'
import Papa from 'papaparse'
import { enter, go, ready, rowTo, signInByKeyboard, signOutByKeyboard, tabTo } from '../keyboard.ts'
import { api, downloaded, figure } from '../support.ts'
import { exports, invoice } from './events.ts'
import { awaited, exceptions, expectHeadline, listed, navigation, reasons, rows, shift, type Day, type Listed } from './shared.ts'

/** The morning from signing in to signing out; reads and sets what the day knows. */
export async function finance(page: Page, day: Day): Promise<void> {
  await signInByKeyboard(page, 'finance')
  await go(page, 'My queue', /\/queue$/)
  const forMe = page.getByRole('status').filter({ hasText: /waits? for you/ })
  await expect(forMe).toBeVisible()
  expect(await figure(navigation(page).getByRole('link', { name: /^My queue/ }).locator('.ct'))).toBe(await figure(forMe))
  const note = page.getByRole('article').filter({ hasText: shift })
  await enter(page, note.getByRole('button', { name: /^Done/ }))
  await expect(note).toHaveCount(0)

  // the digest says what its list says
  await enter(page, navigation(page).getByRole('link', { name: 'Mail and policies' }))
  await enter(page, page.getByRole('link', { name: 'Finance, every working morning', exact: true }))
  await enter(page, page.getByRole('button', { name: 'Send it to me' }))
  await expect(page).toHaveURL(/\/sla\/mails\/[0-9a-f-]{36}$/)
  const mail = page.getByLabel('Plain text of the mail')
  await expect(async () => {
    await page.reload()
    await expect(mail).toBeVisible({ timeout: 1_000 })
  }).toPass({ timeout: 60_000 })
  const [, said, address] = /: ([\d,]+)\n(http\S+)/.exec((await mail.textContent()) ?? '') ?? []
  const { pathname, search } = new URL(address ?? '')
  await page.goto(`${pathname}${search}`)
  expect(await figure(listed(page))).toBe(Number(said?.replaceAll(',', '')))
  await ready(page)

  // failed exports: tile, month end, list and file are one number each
  await go(page, 'Invoice exports', /\/invoice-exports$/)
  const tile = page.locator('a.tile').filter({ hasText: 'Failed invoice exports' }).locator('.v')
  await expectHeadline(page, 'failed_invoice_exports', tile)
  const failed = await figure(tile)
  const month = page.getByRole('table', { name: /forecast to the end of the month/ }).getByRole('link').first()
  const open = await figure(month)
  await enter(page, month)
  await expect(page).toHaveURL(/\/backlog\?/)
  expect(await figure(awaited(page))).toBe(open)
  await go(page, 'Invoice exports', /\/invoice-exports$/)
  await enter(page, page.getByRole('link', { name: 'In the worklist' }))
  await expect(page).toHaveURL(/\/exceptions\?/)
  expect(await figure(listed(page))).toBe(failed)
  // from the rows it is shorter to what stands above them than through all the filters
  await page.keyboard.press('j')
  const file = await downloaded(page, () => enter(page, page.getByRole('link', { name: `Export ${failed.toLocaleString('en')}` })))
  const exported = Papa.parse<{ objectId: string; step: string }>(file, { header: true, skipEmptyLines: true }).data
  expect(exported).toHaveLength(failed)
  expect(exported.map(row => row.objectId)).toEqual(expect.arrayContaining([...exports]))

  // two of them are hers: one waits for the accounting system, one is posted by hand
  await enter(page, page.getByRole('link', { name: 'One by one' }))
  await expect(page).toHaveURL(/lines=single/)
  await page.keyboard.press('j')
  await enter(page, page.getByRole('columnheader', { name: 'Money' }).getByRole('link'))
  await expect(page).toHaveURL(/sort=-amount/)
  const rowOf = (id: string | undefined) => rows(page).filter({ hasText: id ?? 'none' })
  for (const id of exports.slice(0, 2)) {
    await rowTo(page, rowOf(id))
    await page.keyboard.press('x')
  }
  await expect(page.getByRole('toolbar', { name: 'Selected rows' })).toContainText('2 selected')
  await page.keyboard.press('a')
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('Assign 2 exceptions')
  await enter(page, dialog.getByRole('button', { name: 'Assign 2' }))
  await expect(page.locator('.toast')).toContainText('2 exceptions assigned')
  await go(page, 'My queue', /\/queue$/)
  await rowTo(page, rowOf(exports[0]))
  await page.keyboard.press('w')
  await tabTo(page, dialog.getByRole('textbox', { name: 'Whom it waits for' }))
  await page.keyboard.type('Ledgerline’s support')
  await enter(page, dialog.getByRole('button', { name: 'Set to waiting' }))
  await expect(page.locator('.toast').last()).toContainText('1 exception set to waiting')
  await rowTo(page, rowOf(exports[0]))
  await page.keyboard.press('c')
  await expect(dialog).toContainText('Comment on 1 exception')
  await page.keyboard.type('Do we have another contact there, @ada')
  await expect(page.getByRole('option', { name: 'Ada Admin' })).toBeVisible()
  await page.keyboard.press('Enter')
  await enter(page, dialog.getByRole('button', { name: 'Add the comment' }))
  await expect(page.locator('.toast').last()).toContainText('1 exception commented')
  await rowTo(page, rowOf(exports[1]))
  await page.keyboard.press('e')
  await tabTo(page, dialog.getByRole('combobox', { name: 'What resolved it' }))
  await page.keyboard.type('Posted by hand')
  await tabTo(page, dialog.getByRole('textbox', { name: 'Note, kept in the audit trail' }))
  await page.keyboard.type(reasons.booked)
  await enter(page, dialog.getByRole('button', { name: 'Resolve', exact: true }))
  await expect(page.locator('.toast').last()).toContainText('1 exception resolved')
  await expect.poll(async () => (await exceptions(page, `objectId=${exports[0]}&objectId=${exports[1]}&status=waiting&status=resolved`)).map(one => one.status).sort()).toEqual(['resolved', 'waiting'])

  // what procurement asked for, as it was asked
  const asked = await api<{ contentHash: string }>(page, `/api/v1${day.replay}`)
  await rowTo(page, rows(page).filter({ hasText: reasons.period }))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`${day.replay}$`))
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page)).toContainText(invoice.id)
  await expect(rows(page)).toContainText('48,211.35')
  await enter(page, page.getByRole('button', { name: 'Approve and send 1' }))
  await expect(rows(page)).toContainText('Verified', { timeout: 60_000 })
  expect((await api<{ contentHash: string }>(page, `/api/v1${day.replay}`)).contentHash).toBe(asked.contentHash)
  await expect.poll(async () => (await api<Listed>(page, `/api/v1/exceptions/${day.posting}`)).resolution?.by, { timeout: 30_000 }).toBe('verified')
  await signOutByKeyboard(page)
}
