/** What the mornings have in common: where things stand on a page, what the API says, and what one leaves for the next. */
import { expect, type Locator, type Page } from '@playwright/test'
import { api, figure, throughTheDoor, type Login } from '../support.ts'
import { night } from './events.ts'

export interface Listed { id: string; status: string; fingerprint: string; resolution: { by: string } | null; version: number }
interface Summary { figures: { key: string; count: number }[] }

/** Set along the way: the group of the night's failures and one of them, the posting that failed and its replay, the order that was chased. */
export interface Day { group: string; foreign: string; posting: string; replay: string; chased: string }

/** The note for the next shift. */
export const shift = `The laboratory supplier calls back at ten (${night}).`
/** Why each did what they did; the auditor finds every one of them. */
export const reasons = {
  units: `Units are mapped again (${night})`, period: `The period is open again (${night})`, booked: `Booked in Ledgerline (${night})`,
  time: `Exports are faster now (${night})`, rule: `Only for the stock-taking (${night})`, policy: `Said more plainly (${night})`,
}

export const rows = (page: Page): Locator => page.locator('tr[data-row]')
/** How many exceptions a list says it has. */
export const listed = (page: Page): Locator => page.getByRole('status').filter({ hasText: /exceptions?\b/ }).first()
/** How many steps the backlog says it has. */
export const awaited = (page: Page): Locator => page.getByRole('status').filter({ hasText: 'awaited' })
export const history = (page: Page): Locator => page.getByRole('region', { name: 'History' })
export const navigation = (page: Page): Locator => page.getByRole('navigation', { name: 'Main', exact: true })
/** The number of the exception whose page is open. */
export const idIn = (page: Page): string => /\/(\d+)$/.exec(new URL(page.url()).pathname)?.[1] ?? ''

/** A page of the worklist, by the API. */
export async function exceptions(page: Page, query: string): Promise<Listed[]> {
  return (await api<{ items: Listed[] }>(page, `/api/v1/exceptions?${query}`)).items
}

/** A headline figure, by the API. */
async function headline(page: Page, key: string): Promise<number> {
  return (await api<Summary>(page, '/api/v1/summary')).figures.find(one => one.key === key)?.count ?? -1
}

/** What the page shows is what the API says of the headline, at the same moment: the demo goes on meanwhile. */
export async function expectHeadline(page: Page, key: string, shown: Locator): Promise<void> {
  await expect(async () => expect(await figure(shown)).toBe(await headline(page, key))).toPass()
}

/** Signs in at the door, with nothing remembered. */
export async function start(page: Page, who: Login): Promise<void> {
  await page.goto('/')
  await throughTheDoor(page, who)
}
