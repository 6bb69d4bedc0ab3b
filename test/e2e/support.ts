/** What every browser test needs: people who sign in, the demo's secrets, the API, axe. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'

export type Login = 'admin' | 'finance' | 'procurement' | 'it' | 'auditor' | 'manager'

const dataDirectory = (): string => (JSON.parse(readFileSync('test-results/e2e.json', 'utf8')) as { dataDirectory: string }).dataDirectory
/** A JSON file of the running demo's data directory. */
export const demoFile = <T>(name: string): T => JSON.parse(readFileSync(join(dataDirectory(), name), 'utf8')) as T
/** The password of every demo person of this run. */
export const passwordOf = (): string => logins().password
const logins = () => demoFile<{ password: string; apiKey: string }>('demo-logins.json')

type Cookies = Awaited<ReturnType<ReturnType<Page['context']>['cookies']>>
/** One session per person and run: signing in again and again meets the rate limit, as it should. */
const sessions = new Map<Login, Cookies>()

/** Opens a page as one of the demo people; the first time through the sign-in page, as a person does. */
export async function signIn(page: Page, who: Login, path = '/'): Promise<void> {
  const known = sessions.get(who)
  if (known) await page.context().addCookies(known)
  await page.goto(path)
  if (known) return
  await throughTheDoor(page, who)
  sessions.set(who, await page.context().cookies())
}

/** Signs in on the sign-in page, whatever was before. */
export async function throughTheDoor(page: Page, who: Login): Promise<void> {
  await page.getByLabel('E-mail').fill(`${who}@demo.example`)
  await page.getByLabel('Password').fill(logins().password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('banner')).toBeVisible()
}

/** Signs out over the name at the foot of the navigation. */
export async function signOut(page: Page): Promise<void> {
  const navigation = page.getByRole('navigation', { name: 'Main', exact: true })
  await navigation.locator('summary').click()
  await navigation.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in$/)
}

/** Reads the API with the demo's service key. */
export async function api<T>(page: Page, path: string): Promise<T> {
  const response = await page.request.get(path, { headers: { authorization: `Bearer ${logins().apiKey}` } })
  expect(response.ok(), `${path}: ${response.status()}`).toBe(true)
  return (await response.json()) as T
}

/** Sends CloudEvents as the middleware would; each is taken, or is known already where they were `sent` before, or the test fails. */
export async function sendEvents(page: Page, events: readonly Record<string, unknown>[], sent: 'new' | 'before' = 'new'): Promise<void> {
  const response = await page.request.post('/v1/events', {
    headers: { authorization: `Bearer ${logins().apiKey}`, 'content-type': 'application/cloudevents-batch+json' },
    data: JSON.stringify(events.map(event => ({ specversion: '1.0', ...event }))),
  })
  expect(await response.json()).toMatchObject({ accepted: sent === 'new' ? events.length : 0, duplicates: sent === 'new' ? 0 : events.length, rejected: [] })
}

/** A request as the page itself would make it: the person's cookie, our own origin. Answers its status. */
export async function forge(page: Page, path: string, form: Record<string, string>): Promise<number> {
  return (await page.request.post(path, { form, headers: { origin: new URL(page.url()).origin }, maxRedirects: 0 })).status()
}

/** The first whole number that something shows, its thousands separators taken out. */
export async function figure(where: Locator): Promise<number> {
  await expect(where).toHaveText(/\d/)
  return Number(/\d[\d,]*/.exec(await where.innerText())?.[0].replaceAll(',', ''))
}

/** The lines of a file that comes when this is done. */
export async function downloaded(page: Page, act: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), act()])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Tells the simulated execution layer how to behave; it has no page of its own. */
export async function behave(page: Page, rules: { behaviour: string; objectId?: string }[]): Promise<void> {
  const { url } = demoFile<{ url: string }>('execution-layer.json')
  const response = await page.request.put(new URL('/rules', url).toString(), { data: rules })
  expect(response.ok()).toBe(true)
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds, by default against WCAG 2.2 A and AA. A frame whose sandbox lets no script run cannot be looked into: axe waits there for ever. */
export async function violationsOf(axe: AxeBuilder, { rules }: { rules?: string[] } = {}): Promise<{ id: string; where: string[] }[]> {
  const { violations } = await (rules ? axe.withRules(rules) : axe.withTags(WCAG)).exclude('iframe[sandbox]').analyze()
  return violations.map(({ id, nodes }) => ({ id, where: nodes.map(node => node.target.join(' ')).slice(0, 5) }))
}

/** No accessibility violation by WCAG 2.2 A and AA. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await violationsOf(new AxeBuilder({ page }))).toEqual([])
}
