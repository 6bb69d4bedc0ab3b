/**
 * A morning's work of everybody in BRIEF.md, each one story from signing in to signing out, in the order of a day: what the night left,
 * IT support, procurement, finance, a facility, administration, and at last the auditor, who reads what all of them did.
 */
import { test } from '@playwright/test'
import { administration } from './mornings/administration.ts'
import { audit } from './mornings/audit.ts'
import { facility } from './mornings/facility.ts'
import { finance } from './mornings/finance.ts'
import { itSupport } from './mornings/it.ts'
import { theNight } from './mornings/night.ts'
import { procurement } from './mornings/procurement.ts'
import type { Day } from './mornings/shared.ts'

// Each hands over to the next: what one did the others read.
test.describe.configure({ mode: 'serial', timeout: 300_000 })

const day: Day = { group: '', foreign: '', posting: '', replay: '', chased: '' }

test('the night: the execution layer reports with its key, and its key can do no more than that', ({ page }) => theNight(page, day))
test('IT support, by keyboard: 30 failures are one problem, its cause is two keys away, replayed in bulk and seen to have worked', ({ page }) => itSupport(page, day))
test('procurement: what is stuck and with whom, chased; a posting to be repeated; a view for everybody, a note for the next shift', ({ page }) => procurement(page, day))
test('finance, by keyboard: the digest and its list, the month end, two exports dealt with, and a colleague’s posting approved as it was asked', ({ page }) => finance(page, day))
test('a facility manager: the own facility in every list, file and answer, and nothing of another by any way in', ({ page }) => facility(page, day))
test('administration: a time, a rule and a policy changed after a look at what that does, each with a reason', ({ page }) => administration(page))
test('the auditor: reads what everybody did, takes a trail along, and can change nothing', ({ page }) => audit(page, day))
