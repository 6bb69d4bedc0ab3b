/** A facility manager: the own facility, and nothing of another by any way in. */
import { expect, type Page } from '@playwright/test'
import Papa from 'papaparse'
import { packIds } from '#app/exceptions/selected-ids.ts'
import { api, demoFile, downloaded, figure, forge, signOut } from '../support.ts'
import { invoice, night } from './events.ts'
import { history, idIn, listed, navigation, rows, start, type Day, type Listed } from './shared.ts'

/** The morning from signing in to signing out; reads and sets what the day knows. */
export async function facility(page: Page, day: Day): Promise<void> {
  await start(page, 'manager')
  const heat = page.getByRole('table', { name: 'Backlog by facility and process' }).locator('tbody th')
  await expect(heat).toHaveCount(1)
  await expect(heat).toContainText('Birkenried')
  await page.goto('/exceptions?lines=single')
  const mine = await figure(listed(page))
  const key = demoFile<{ apiKey: string }>('demo-logins.json').apiKey
  const whole = await page.request.get('/api/v1/exports/exceptions?facility=birkenried', { headers: { authorization: `Bearer ${key}` } })
  expect(Papa.parse(await whole.text(), { header: true, skipEmptyLines: true }).data).toHaveLength(mine)
  const file = await downloaded(page, () => page.getByRole('link', { name: /^Export/ }).click())
  const exported = Papa.parse<{ facility: string }>(file, { header: true, skipEmptyLines: true }).data
  expect(exported).toHaveLength(mine)
  expect(new Set(exported.map(row => row.facility))).toEqual(new Set(['birkenried']))

  // another facility's: by address, filter, search, file and answer
  for (const path of [`/exceptions/${day.foreign}`, `/groups/${day.group}`, `/objects/${invoice.type}/${invoice.id}?namespace=${invoice.namespace}`, `/traces/${night}-invoice`, `/events/odoo/${night}-invoice`, day.replay]) expect((await page.goto(path))?.status(), path).toBe(404)
  await page.goto('/exceptions?facility=rosenfluh')
  expect(await figure(listed(page))).toBe(0)
  await page.keyboard.press('/')
  await page.getByRole('searchbox').first().fill(invoice.id)
  await page.keyboard.press('Enter')
  await expect(page.getByText('Nothing in your scope goes by')).toBeVisible()
  for (const path of [`/api/v1/exceptions/${day.posting}`, `/api/v1/objects/${invoice.type}/${invoice.id}`, `/api/v1${day.replay}`, `/api/v1/groups/${day.group}`]) expect((await page.request.get(path)).status(), path).toBe(404)
  expect(((await (await page.request.get('/api/v1/exceptions?facility=rosenfluh')).json()) as { items: unknown[] }).items).toEqual([])
  expect(await (await page.request.get(`/api/v1/exports/trail?objectType=${invoice.type}&objectId=${invoice.id}&namespace=${invoice.namespace}`)).text()).toBe('')
  expect((await page.request.get('/api/v1/audit')).status()).toBe(403)
  const { version } = await api<Listed>(page, `/api/v1/exceptions/${day.posting}`)
  expect(await forge(page, `/exceptions/${day.posting}`, { act: 'comment', text: 'from outside', version: String(version) })).toBe(404)
  await forge(page, '/exceptions/bulk', { act: 'comment', text: 'from outside', ids: packIds([day.posting]), seenAt: new Date().toISOString() })
  expect((await api<Listed>(page, `/api/v1/exceptions/${day.posting}`)).version).toBe(version)

  // at home: takes one on and says so; closing it is for others
  await page.goto('/exceptions?lines=single&status=open')
  await rows(page).first().getByRole('link').first().click()
  await expect(page).toHaveURL(/\/exceptions\/\d+$/)
  await page.getByRole('link', { name: /^Assign/ }).click()
  await page.getByRole('button', { name: 'Assign', exact: true }).click()
  await expect(history(page)).toContainText('Assigned to Mira Vogt')
  await expect(page.getByRole('link', { name: /^Resolve/ })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Preview replay' })).toHaveAttribute('aria-disabled', 'true')
  expect(await forge(page, `/exceptions/${idIn(page)}`, { act: 'resolve', code: 'posted_by_hand' })).toBe(403)
  await navigation(page).getByRole('link', { name: /^My queue/ }).click()
  await expect(page.getByRole('row', { name: /Assigned to you/ })).toBeVisible()
  await signOut(page)
  await page.goto('/exceptions')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
}
