/** Employee to approver, timesheets and payroll. */
import type { Story } from '../story.ts'

const GROUP = 'group'
const HOUR = 3_600_000
const DAY = 86_400_000

/** Tells a hiring: synced to Odoo, and the approval right assigned where the role has one. */
export function hired(story: Story): void {
  const { random, serial } = story
  const employee = story.object('employee', `E-${serial}`, GROUP)
  const approver = story.plan ? story.plan.at.startsWith('identity') || random.chance(0.4) : random.chance(0.4)
  story.step('hr.employee.hired', { objects: [employee], attributes: { approver, department: department(story) } })
  const right = story.fork()
  story.step('hr.employee.synced', { objects: [employee], attributes: { consumer: 'odoo' } })
  if (approver) right.step('identity.approval_right.assigned', { objects: [right.object('approval_right', `AR-${serial}`, GROUP), employee], attributes: { limit: right.money(500_000) } })
}

/** Tells a change of department, manager or cost centre. */
export function changed(story: Story): void {
  const employee = story.object('employee', `E-${story.serial}`, GROUP)
  story.step('hr.employee.changed', { objects: [employee], attributes: { field: story.random.pick(['manager', 'department', 'costCentre']), department: department(story) } })
  story.step('hr.employee.synced', { objects: [employee], attributes: { consumer: 'odoo' } })
}

/** Tells the end of an approver: the right was assigned, they left, Odoo took it over, the right was revoked. */
export function left(story: Story): void {
  const employee = story.object('employee', `E-${story.serial}`, GROUP)
  const held = story.object('approval_right', `AR-${story.serial}`, GROUP)
  story.step('identity.approval_right.assigned', { objects: [held, employee], attributes: { limit: story.money(500_000) } })
  story.leg()
  story.step('hr.employee.left', { objects: [employee], work: 80 * HOUR, attributes: { approver: true, department: department(story) } })
  const right = story.fork()
  story.step('hr.employee.synced', { objects: [employee], attributes: { consumer: 'odoo' } })
  right.step('identity.approval_right.revoked', { objects: [held, employee] })
}

/** Tells a month of a facility's timesheets and the payroll run that pays them; begins with the first week's approval. */
export function payroll(story: Story): void {
  const { random, serial } = story
  const begin = story.at
  const sheets = []
  for (let week = 0; week < 4; week++) {
    for (let team = 0; team < 5; team++) {
      const approval = story.fork()
      approval.leg()
      const sheet = story.object('timesheet', `TS-${serial}${week}${team}`, GROUP)
      approval.step('hr.timesheet.approved', { objects: [sheet], at: begin + week * 7 * DAY + team * 11 * 60_000 + random.int(0, 400_000), attributes: { week, team } })
      if (!approval.over) sheets.push(sheet)
    }
  }
  const run = story.object('payroll_run', `PAY-${serial}`, GROUP)
  const amount = story.money(story.minor(random.int(410_000_00, 690_000_00)))
  story.leg()
  story.step('hr.payroll.posted', { objects: [run, ...sheets], amount, at: begin + 23 * DAY })
}

/** Tells one timesheet and the payroll run that pays it. */
export function timesheet(story: Story): void {
  const sheet = story.object('timesheet', `TS-${story.serial}`, GROUP)
  const amount = story.money(story.minor(story.random.int(2_900_00, 6_200_00)))
  story.step('hr.timesheet.approved', { objects: [sheet], amount })
  story.leg()
  story.step('hr.payroll.posted', { objects: [story.object('payroll_run', `PAY-${story.serial}`, GROUP), sheet], amount })
}

function department(story: Story): string {
  return story.random.pick(['Surgery', 'Radiology', 'Nursing', 'Pharmacy', 'Finance', 'Procurement', 'Facilities'])
}
