/**
 * A morning's work of everybody in BRIEF.md, each one story from signing in to signing out, in the order of a day: what the night left
 * (the execution layer's key), IT support, procurement, finance, a facility, administration, and at last the auditor, who reads what all
 * of them did. Finance and IT work without a mouse.
 */
import { expect, test, type Page } from '@playwright/test'
import Papa from 'papaparse'
import { packIds } from '#app/exceptions/selected-ids.ts'
import { enter, go, ready, rowTo, signInByKeyboard, signOutByKeyboard, tabTo } from './keyboard.ts'
import { exports, invoice, night, NIGHT, STORM, WAY } from './night.ts'
import { api, behave, demoFile, downloaded, expectAccessible, figure, forge, sendEvents, signOut, throughTheDoor, type Login } from './support.ts'

// Each hands over to the next: what one did the others read.
test.describe.configure({ mode: 'serial', timeout: 180_000 })

interface Listed { id: string; title: string; status: string; facility: string | null; fingerprint: string; amount: { value: string; currency: string } | null; object: { type: string; id: string; namespace: string } | null; correlationIds: string[]; resolution: { by: string } | null; version: number }
interface Summary { figures: { key: string; count: number }[] }

const view = `Chase today ${night}`
const shift = `The laboratory supplier calls back at ten (${night}).`
const reasons = { time: `Exports are faster now (${night})`, rule: `Only for the stock-taking (${night})`, policy: `Said more plainly (${night})` }
/** What the record of acts must name of each. */
const did: Readonly<Record<string, readonly string[]>> = {
  'Ines Support': ['Signed in', 'Asked for a replay', 'Sent a replay', 'Signed out'],
  'Pavel Brandt': ['Signed in', 'Set to waiting', 'Asked for a replay', 'Saved a view', 'Wrote a hand-over note', 'Signed out'],
  'Fiona Keller': ['Signed in', 'Took a hand-over note down', 'Sent a test mail', 'Exported exceptions', 'Assigned', 'Set to waiting', 'Commented', 'Resolved', 'Approved a replay', 'Signed out'],
  'Mira Vogt': ['Signed in', 'Exported exceptions', 'Assigned', 'Signed out'],
  'Ada Admin': ['Signed in', 'Changed an expectation', 'Restored an expectation', 'Changed a severity rule', 'Changed a mail policy', 'Signed out'],
}
/** Set along the way. */
const known = { group: '', posting: '', replay: '', foreign: '', chased: '' }

const rows = (page: Page) => page.locator('tr[data-row]')
const listed = (page: Page) => page.getByRole('status').filter({ hasText: /exceptions?\b/ }).first()
const history = (page: Page) => page.getByRole('region', { name: 'History' })
const navigation = (page: Page) => page.getByRole('navigation', { name: 'Main', exact: true })
const exceptions = async (page: Page, query: string): Promise<Listed[]> => (await api<{ items: Listed[] }>(page, `/api/v1/exceptions?${query}`)).items
const headline = async (page: Page, key: string): Promise<number> => (await api<Summary>(page, '/api/v1/summary')).figures.find(one => one.key === key)?.count ?? -1
const idIn = (page: Page): string => /\/(\d+)$/.exec(new URL(page.url()).pathname)?.[1] ?? ''

async function start(page: Page, who: Login): Promise<void> {
  await page.goto('/')
  await throughTheDoor(page, who)
}

test('the night: the execution layer reports with its key, and its key can do no more than that', async ({ page }) => {
  await behave(page, [{ behaviour: 'succeed' }])
  await sendEvents(page, NIGHT)
  // the same once more changes nothing
  await sendEvents(page, NIGHT, 'before')
  await expect.poll(async () => (await exceptions(page, `integration=${WAY}&kind=failed&q=${night}&limit=100`)).length, { timeout: 30_000 }).toBe(STORM)
  const items = await exceptions(page, `integration=${WAY}&kind=failed&q=${night}&limit=100`)
  expect(new Set(items.map(item => item.fingerprint)).size).toBe(1)
  known.group = items[0]?.fingerprint ?? ''
  known.foreign = items[0]?.id ?? ''
  await expect.poll(async () => (await exceptions(page, `objectId=${invoice.id}`)).length).toBe(1)
  known.posting = (await exceptions(page, `objectId=${invoice.id}`))[0]?.id ?? ''

  const key = { authorization: `Bearer ${demoFile<{ apiKey: string }>('demo-logins.json').apiKey}` }
  for (const [path, data] of [[`/api/v1/exceptions/${known.posting}/resolve`, { code: 'posted_by_hand' }], ['/api/v1/replays', { exceptionIds: [known.posting], reason: 'by a key', dryRun: true }]] as const) {
    expect((await page.request.post(path, { headers: key, data })).status(), path).toBe(403)
  }
  expect((await page.request.get('/api/v1/audit', { headers: key })).status()).toBe(403)
  // a key is no login
  await page.goto('/exceptions')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
})

test('IT support, by keyboard: 30 failures are one problem, its cause is two keys away, replayed in bulk and seen to have worked', async ({ page }) => {
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
  await enter(page, page.getByRole('columnheader', { name: 'Failures' }).getByRole('link'))
  await expect(page).toHaveURL(/sort=-count/)
  await rowTo(page, page.locator(`tr[data-row="${known.group}"]`))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/groups/${known.group}$`))
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
  await page.keyboard.type(`Units are mapped again (${night})`)
  await enter(page, drawer.getByRole('button', { name: `Send ${STORM}` }))
  await expect(page).toHaveURL(/\/replays\/rpl_/)
  await expect(page.locator('dl.strip > div').filter({ hasText: 'Verified' }).locator('dd')).toHaveText(String(STORM), { timeout: 60_000 })
  await expect.poll(async () => (await exceptions(page, `fingerprint=${known.group}`)).length, { timeout: 30_000 }).toBe(0)
  await go(page, 'Failure groups', /\/groups$/)
  await expect(page.locator(`tr[data-row="${known.group}"]`)).toHaveCount(0)
  await signOutByKeyboard(page)
})

test('procurement: what is stuck and with whom, chased; a posting to be repeated; a view for everybody, a note for the next shift', async ({ page }) => {
  await start(page, 'procurement')
  await navigation(page).getByRole('link', { name: /^Purchase orders/ }).click()
  const states = page.getByRole('navigation', { name: 'State of the work' }).locator('[aria-current="true"] .n')
  const stuck = page.locator('a.tile').filter({ has: page.getByRole('heading', { name: 'Stuck purchase orders', exact: true }) })
  expect(await figure(stuck.locator('.v'))).toBe(await headline(page, 'stuck_purchase_orders'))
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
  known.chased = idIn(page)
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
  expect(await figure(page.getByRole('status').filter({ hasText: 'awaited' }))).toBe(there)

  // a posting in her field: she asks, somebody else decides
  await page.keyboard.press('/')
  await page.keyboard.type(invoice.id)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/objects/supplier_invoice/${invoice.id}`))
  await page.locator(`a[href="/exceptions/${known.posting}"]`).first().click()
  await page.getByRole('link', { name: 'Preview replay' }).click()
  const drawer = page.getByRole('dialog', { name: 'Preview replay' })
  await expect(drawer.getByText('A second person must approve.')).toBeVisible()
  await drawer.getByRole('textbox', { name: 'Reason, kept in the audit trail' }).fill(`The period is open again (${night})`)
  await drawer.getByRole('button', { name: 'Ask a second person to approve 1' }).click()
  await expect(page).toHaveURL(/\/replays\/rpl_/)
  known.replay = new URL(page.url()).pathname
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
})

test('finance, by keyboard: the digest and its list, the month end, two exports dealt with, and a colleague’s posting approved as it was asked', async ({ page }) => {
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
  const failed = await figure(page.locator('a.tile').filter({ hasText: 'Failed invoice exports' }).locator('.v'))
  expect(failed).toBe(await headline(page, 'failed_invoice_exports'))
  const month = page.getByRole('table', { name: /forecast to the end of the month/ }).getByRole('link').first()
  const open = await figure(month)
  await enter(page, month)
  await expect(page).toHaveURL(/\/backlog\?/)
  expect(await figure(page.getByRole('status').filter({ hasText: 'awaited' }))).toBe(open)
  await go(page, 'Invoice exports', /\/invoice-exports$/)
  await enter(page, page.getByRole('link', { name: 'In the worklist' }))
  await expect(page).toHaveURL(/\/exceptions\?/)
  expect(await figure(listed(page))).toBe(failed)
  const file = await downloaded(page, () => enter(page, page.getByRole('link', { name: `Export ${failed.toLocaleString('en')}` })))
  const exported = Papa.parse<{ objectId: string; step: string }>(file, { header: true, skipEmptyLines: true }).data
  expect(exported).toHaveLength(failed)
  expect(exported.map(row => row.objectId)).toEqual(expect.arrayContaining([...exports]))

  // two of them are hers: one waits for the accounting system, one is posted by hand
  await enter(page, page.getByRole('link', { name: 'One by one' }))
  await expect(page).toHaveURL(/lines=single/)
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
  await page.keyboard.type(`Booked in Ledgerline (${night})`)
  await enter(page, dialog.getByRole('button', { name: 'Resolve', exact: true }))
  await expect(page.locator('.toast').last()).toContainText('1 exception resolved')
  await expect.poll(async () => (await exceptions(page, `objectId=${exports[0]}&objectId=${exports[1]}&status=waiting&status=resolved`)).map(one => one.status).sort()).toEqual(['resolved', 'waiting'])

  // what procurement asked for, as it was asked
  const asked = await api<{ contentHash: string }>(page, `/api/v1${known.replay}`)
  await rowTo(page, rows(page).filter({ hasText: `The period is open again (${night})` }))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`${known.replay}$`))
  await expect(rows(page)).toHaveCount(1)
  await expect(rows(page)).toContainText(invoice.id)
  await expect(rows(page)).toContainText('48,211.35')
  await enter(page, page.getByRole('button', { name: 'Approve and send 1' }))
  await expect(rows(page)).toContainText('Verified', { timeout: 60_000 })
  expect((await api<{ contentHash: string }>(page, `/api/v1${known.replay}`)).contentHash).toBe(asked.contentHash)
  await expect.poll(async () => (await api<Listed>(page, `/api/v1/exceptions/${known.posting}`)).resolution?.by, { timeout: 30_000 }).toBe('verified')
  await signOutByKeyboard(page)
})

test('a facility manager: the own facility in every list, file and answer, and nothing of another by any way in', async ({ page }) => {
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
  for (const path of [`/exceptions/${known.foreign}`, `/groups/${known.group}`, `/objects/${invoice.type}/${invoice.id}?namespace=${invoice.namespace}`, `/traces/${night}-invoice`, `/events/odoo/${night}-invoice`, known.replay]) expect((await page.goto(path))?.status(), path).toBe(404)
  await page.goto('/exceptions?facility=rosenfluh')
  expect(await figure(listed(page))).toBe(0)
  await page.keyboard.press('/')
  await page.getByRole('searchbox').first().fill(invoice.id)
  await page.keyboard.press('Enter')
  await expect(page.getByText('Nothing in your scope goes by')).toBeVisible()
  for (const path of [`/api/v1/exceptions/${known.posting}`, `/api/v1/objects/${invoice.type}/${invoice.id}`, `/api/v1${known.replay}`, `/api/v1/groups/${known.group}`]) expect((await page.request.get(path)).status(), path).toBe(404)
  expect(((await (await page.request.get('/api/v1/exceptions?facility=rosenfluh')).json()) as { items: unknown[] }).items).toEqual([])
  expect(await (await page.request.get(`/api/v1/exports/trail?objectType=${invoice.type}&objectId=${invoice.id}&namespace=${invoice.namespace}`)).text()).toBe('')
  expect((await page.request.get('/api/v1/audit')).status()).toBe(403)
  const { version } = await api<Listed>(page, `/api/v1/exceptions/${known.posting}`)
  expect(await forge(page, `/exceptions/${known.posting}`, { act: 'comment', text: 'from outside', version: String(version) })).toBe(404)
  await forge(page, '/exceptions/bulk', { act: 'comment', text: 'from outside', ids: packIds([known.posting]), seenAt: new Date().toISOString() })
  expect((await api<Listed>(page, `/api/v1/exceptions/${known.posting}`)).version).toBe(version)

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
})

test('administration: a time, a rule and a policy changed after a look at what that does, each with a reason', async ({ page }) => {
  await start(page, 'admin')
  await navigation(page).getByRole('link', { name: /^My queue/ }).click()
  await expect(rows(page).filter({ hasText: 'Do we have another contact there' })).toHaveCount(1)

  await navigation(page).getByRole('link', { name: /^Expectations/ }).click()
  await page.getByRole('link', { name: 'Invoice exported', exact: true }).first().click()
  const normal = page.getByLabel('Normal')
  const before = await normal.inputValue()
  await normal.fill('90 min')
  await page.getByLabel('Reason, kept with the version').fill(reasons.time)
  await page.getByRole('button', { name: 'Show what it would change' }).click()
  await expect(page.getByText('judged on the history of')).toBeVisible()
  await page.getByRole('button', { name: 'Save as a new version' }).click()
  await expect(page.getByText(`“${reasons.time}”`)).toBeVisible()
  await page.getByText('Go back to it').first().click()
  await page.getByLabel('Reason', { exact: true }).first().fill(`${reasons.time}, taken back`)
  await page.getByRole('button', { name: /^Restore version/ }).first().click()
  await expect(normal).toHaveValue(before)

  await navigation(page).getByRole('link', { name: /^Rules/ }).click()
  for (const way of ['off', 'on']) {
    await page.getByRole('button', { name: `Switch Failed for long ${way}` }).click()
    await expect(page.getByText('Nothing is saved yet')).toBeVisible()
    await expect(page.getByRole('status').filter({ hasText: /would change/ })).toBeVisible()
    await page.getByLabel('Why').fill(reasons.rule)
    await page.getByRole('button', { name: `Switch “Failed for long” ${way}` }).click()
    await expect(page.getByText('Nothing is saved yet')).toHaveCount(0)
  }

  await navigation(page).getByRole('link', { name: /^Mail and policies/ }).click()
  await page.getByRole('link', { name: 'Own facility, every Monday', exact: true }).click()
  await page.getByLabel('Why, kept in the audit trail').fill(reasons.policy)
  await page.getByRole('textbox', { name: 'What it is for' }).fill(`Everything that is open at the reader's own facilities (${night}).`)
  await page.getByRole('button', { name: 'Preview' }).click()
  await expect(page.getByText('This is a draft')).toBeVisible()
  await page.getByLabel('Why, kept in the audit trail').fill(reasons.policy)
  await page.getByRole('button', { name: 'Save a new version' }).click()
  await expect(page.getByText('This is a draft')).toHaveCount(0)
  await signOut(page)
})

test('the auditor: reads what everybody did, takes a trail along, and can change nothing', async ({ page }) => {
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
  for (const reason of [...Object.values(reasons), `The period is open again (${night})`]) await expect.soft(acts.getByText(reason).first(), reason).toBeAttached()

  // one transaction whole: what failed, what was done, what came of it, as a file with as many lines
  await page.goto(`/search?q=${invoice.id}`)
  await expect(page).toHaveURL(new RegExp(`/objects/supplier_invoice/${invoice.id}`))
  await page.getByRole('navigation', { name: new RegExp(invoice.id) }).getByRole('link', { name: 'Events' }).click()
  const events = page.getByRole('table', { name: 'Events, newest first' }).locator('tbody tr')
  const count = await events.count()
  const trail = await downloaded(page, () => page.getByRole('link', { name: 'NDJSON' }).click())
  const lines = trail.trim().split('\n').map(line => JSON.parse(line) as { status: string; id: string })
  expect(lines).toHaveLength(count)
  expect(new Set(lines.map(line => line.status))).toEqual(new Set(['dead_lettered', 'succeeded']))

  // reads, and has nothing to act with
  await page.goto(`/exceptions/${known.chased}`)
  await expect(history(page)).toContainText('Pavel Brandt set it to wait')
  await expect(page.getByRole('link', { name: /^(Assign|Take on|Resolve|Reopen|Wait|Comment)/ })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Preview replay' })).toHaveAttribute('aria-disabled', 'true')
  await expectAccessible(page)
  const { version } = await api<Listed>(page, `/api/v1/exceptions/${known.chased}`)
  const ids = packIds([known.chased])
  for (const [path, form] of [
    [`/exceptions/${known.chased}`, { act: 'comment', text: 'from an auditor', version: String(version) }], [`/exceptions/${known.chased}`, { act: 'link', relation: 'related', to: known.posting }],
    ['/exceptions/bulk', { act: 'acknowledge', ids, seenAt: new Date().toISOString() }], ['/exceptions/bulk', { intent: 'undo', undo: 'any' }],
    [`/groups/${known.group}`, { act: 'comment', text: 'from an auditor' }], ['/replays/new', { intent: 'preview', ids }], [known.replay, { intent: 'cancel', reason: 'because' }],
    ['/queue', { intent: 'note', text: 'from an auditor', lastDay: '2099-01-01' }], ['/rules', { set: 'severity', id: 'long-open', change: 'switch' }],
    ['/expectations/order-to-cash/invoice-exported', { intent: 'preview' }], ['/sla/policies/facility-week', { intent: 'save', name: 'mine' }], ['/sla/webhooks', { intent: 'create', name: 'mine' }],
  ] as const) expect.soft(await forge(page, path, form), `${path} ${JSON.stringify(form)}`).toBe(403)
  const headers = { origin: new URL(page.url()).origin, 'content-type': 'application/json' }
  for (const path of [`/exceptions/${known.chased}/comment`, `/exceptions/${known.chased}/link`, `/groups/${known.group}/comment`, '/replays', `${known.replay}/approve`]) {
    expect.soft((await page.request.post(`/api/v1${path}`, { headers, data: { text: 'from an auditor', exceptionIds: [known.chased], reason: 'because', contentHash: 'x', relation: 'related', to: known.posting } })).status(), path).toBe(403)
  }
  expect((await api<Listed>(page, `/api/v1/exceptions/${known.chased}`)).version).toBe(version)
  await behave(page, [])
  await signOut(page)
})
