/** The execution layer at night: it reports with its key, and its key can do no more than that. */
import { expect, type Page } from '@playwright/test'
import { behave, demoFile, sendEvents } from '../support.ts'
import { invoice, night, NIGHT, STORM, WAY } from './events.ts'
import { exceptions, type Day } from './shared.ts'

/** Sends what went wrong and reads what became of it; sets what the mornings work on. */
export async function theNight(page: Page, day: Day): Promise<void> {
  await behave(page, [{ behaviour: 'succeed' }])
  await sendEvents(page, NIGHT)
  // the same once more changes nothing
  await sendEvents(page, NIGHT, 'before')
  await expect.poll(async () => (await exceptions(page, `integration=${WAY}&kind=failed&q=${night}&limit=100`)).length, { timeout: 30_000 }).toBe(STORM)
  const items = await exceptions(page, `integration=${WAY}&kind=failed&q=${night}&limit=100`)
  expect(new Set(items.map(item => item.fingerprint)).size).toBe(1)
  day.group = items[0]?.fingerprint ?? ''
  day.foreign = items[0]?.id ?? ''
  await expect.poll(async () => (await exceptions(page, `objectId=${invoice.id}`)).length).toBe(1)
  day.posting = (await exceptions(page, `objectId=${invoice.id}`))[0]?.id ?? ''

  const key = { authorization: `Bearer ${demoFile<{ apiKey: string }>('demo-logins.json').apiKey}` }
  for (const [path, data] of [[`/api/v1/exceptions/${day.posting}/resolve`, { code: 'posted_by_hand' }], ['/api/v1/replays', { exceptionIds: [day.posting], reason: 'by a key', dryRun: true }]] as const) {
    expect((await page.request.post(path, { headers: key, data })).status(), path).toBe(403)
  }
  expect((await page.request.get('/api/v1/audit', { headers: key })).status()).toBe(403)
  // a key is no login
  await page.goto('/exceptions')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
}
