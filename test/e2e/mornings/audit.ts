/** An auditor: reads what everybody did, takes a trail along, and can change nothing. */
import { expect, type Page } from '@playwright/test'
import { packIds } from '#app/exceptions/selected-ids.ts'
import { api, behave, downloaded, expectAccessible, forge, signOut } from '../support.ts'
import { invoice } from './events.ts'
import { history, navigation, reasons, start, type Day, type Listed } from './shared.ts'

/** What the record of acts must say of each: the acts, and the reasons they gave. */
const did: Readonly<Record<string, readonly string[]>> = {
  'Ines Support': ['Signed in', 'Asked for a replay', reasons.units, 'Signed out'],
  'Pavel Brandt': ['Signed in', 'Set to waiting', 'Asked for a replay', reasons.period, 'Saved a view', 'Wrote a hand-over note', 'Signed out'],
  'Fiona Keller': ['Signed in', 'Took a hand-over note down', 'Sent a test mail', 'Exported exceptions', 'Assigned', 'Set to waiting', 'Commented', 'Resolved', reasons.booked, 'Approved a replay', 'Signed out'],
  'Mira Vogt': ['Signed in', 'Exported exceptions', 'Assigned', 'Signed out'],
  'Ada Admin': ['Signed in', 'Changed an expectation', reasons.time, 'Restored an expectation', 'Changed a severity rule', reasons.rule, 'Changed a mail policy', reasons.policy, 'Signed out'],
}

/** The morning from signing in to signing out; reads and sets what the day knows. */
export async function audit(page: Page, day: Day): Promise<void> {
  await start(page, 'auditor')
  await navigation(page).getByRole('link', { name: /^Audit/ }).click()
  const acts = page.getByRole('table', { name: 'Acts, newest first' })
  for (const [name, words] of Object.entries(did)) {
    await page.getByRole('combobox', { name: 'Who' }).selectOption({ label: name })
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page.locator('.fchip').filter({ hasText: name })).toBeVisible()
    const text = await acts.innerText()
    for (const word of words) expect.soft(text, `${name}: ${word}`).toContain(word)
  }

  // one transaction whole: what failed, what was done, what came of it, as a file with as many lines
  await page.goto(`/search?q=${invoice.id}`)
  await expect(page).toHaveURL(new RegExp(`/objects/supplier_invoice/${invoice.id}`))
  await page.getByRole('navigation', { name: new RegExp(invoice.id) }).getByRole('link', { name: 'Events' }).click()
  const events = page.getByRole('table', { name: 'Events, newest first' }).locator('tbody tr')
  await expect(events.first()).toBeVisible()
  const trail = await downloaded(page, () => page.getByRole('link', { name: 'NDJSON' }).click())
  const lines = trail.trim().split('\n').map(line => JSON.parse(line) as { status: string; id: string })
  await expect(events).toHaveCount(lines.length)
  expect(new Set(lines.map(line => line.status))).toEqual(new Set(['dead_lettered', 'succeeded']))

  // reads, and has nothing to act with
  await page.goto(`/exceptions/${day.chased}`)
  await expect(history(page)).toContainText('Pavel Brandt set it to wait')
  await expect(page.getByRole('link', { name: /^(Assign|Take on|Resolve|Reopen|Wait|Comment)/ })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Preview replay' })).toHaveAttribute('aria-disabled', 'true')
  await expectAccessible(page)
  const { version } = await api<Listed>(page, `/api/v1/exceptions/${day.chased}`)
  const ids = packIds([day.chased])
  for (const [path, form] of [
    [`/exceptions/${day.chased}`, { act: 'comment', text: 'from an auditor', version: String(version) }], [`/exceptions/${day.chased}`, { act: 'link', relation: 'related', to: day.posting }],
    ['/exceptions/bulk', { act: 'acknowledge', ids, seenAt: new Date().toISOString() }], ['/exceptions/bulk', { intent: 'undo', undo: 'any' }],
    [`/groups/${day.group}`, { act: 'comment', text: 'from an auditor' }], ['/replays/new', { intent: 'preview', ids }], [day.replay, { intent: 'cancel', reason: 'because' }],
    ['/queue', { intent: 'note', text: 'from an auditor', lastDay: '2099-01-01' }], ['/rules', { set: 'severity', id: 'long-open', change: 'switch' }],
    ['/expectations/order-to-cash/invoice-exported', { intent: 'preview' }], ['/sla/policies/facility-week', { intent: 'save', name: 'mine' }], ['/sla/webhooks', { intent: 'create', name: 'mine' }],
  ] as const) expect.soft(await forge(page, path, form), `${path} ${JSON.stringify(form)}`).toBe(403)
  const headers = { origin: new URL(page.url()).origin, 'content-type': 'application/json' }
  for (const path of [`/exceptions/${day.chased}/comment`, `/exceptions/${day.chased}/link`, `/groups/${day.group}/comment`, '/replays', `${day.replay}/approve`]) {
    expect.soft((await page.request.post(`/api/v1${path}`, { headers, data: { text: 'from an auditor', exceptionIds: [day.chased], reason: 'because', contentHash: 'x', relation: 'related', to: day.posting } })).status(), path).toBe(403)
  }
  expect((await api<Listed>(page, `/api/v1/exceptions/${day.chased}`)).version).toBe(version)
  await behave(page, [])
  await signOut(page)
}
