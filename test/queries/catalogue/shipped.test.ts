/** The shipped documents: every name of the vocabulary, references that hold, words that can be filled. */
import { describe, expect, it } from 'vitest'
import { buildCatalogue } from '#queries/catalogue/catalogue.ts'
import { addWorking, ALWAYS } from '#queries/catalogue/calendar.ts'
import { readDocumentFiles } from '#queries/catalogue/documents.ts'
import { fillWords } from '#queries/catalogue/words.ts'
import { FIGURE_KEYS } from '#queries/model/views.ts'
import { VOCABULARY } from './vocabulary.ts'

const standardFiles = await readDocumentFiles('seeds/standard')
const groupFiles = await readDocumentFiles('seeds/group')
const standard = buildCatalogue(standardFiles)
const group = buildCatalogue([...standardFiles, ...groupFiles])
const processes = [...group.processes.values()]
const milestones = processes.flatMap(process => process.milestones)
const expectations = processes.flatMap(process => process.expectations)
const types = [...new Set(milestones.map(item => item.type))]

describe('the standard set', () => {
  it.each(Object.entries(VOCABULARY))('has exactly the milestones of %s, with their sign', (id, words) => {
    const shipped = standard.processes.get(id)!.milestones.map(item => (item.negative ? `-${item.type}` : item.type))
    expect(shipped.sort()).toEqual(words.trim().split(/\s+/).sort())
  })

  it('has the ten processes in order, and no group in it', () => {
    expect([...standard.processes.keys()]).toEqual(['procure-to-pay', 'order-to-cash', 'charge-capture', 'replenishment', 'employee-to-approver', 'master-data', 'batch-feeds', 'migration-coexistence', 'technical', 'replay'])
    expect([standard.facilities.size, standard.integrations.size, standard.responsibilities.size]).toEqual([0, 0, 0])
  })

  it('has a headline for every figure that is a filter', () => {
    expect([...standard.headlines.keys()].sort()).toEqual(FIGURE_KEYS.filter(key => key !== 'backlog' && key !== 'overdue').sort())
    for (const { filter } of standard.headlines.values()) expect(filter.status ?? []).not.toContain('resolved')
  })

  it('gives less time to what is more critical', () => {
    for (const { id, within } of expectations) {
      const times = [within.critical, within.high, within.normal, within.low].map(duration => addWorking(ALWAYS, 0, duration))
      expect(times, id).toEqual([...times].sort((a, b) => a - b))
    }
  })

  it('expects only what a milestone of the same process or a neighbour can bring about', () => {
    for (const { id, object } of expectations) expect(milestones.some(item => item.object === object), id).toBe(true)
  })
})

describe('words', () => {
  const values = { id: 'PO-4711', counterparty: 'Aldera', facility: 'Rosenfluh', system: 'Odoo', from: 'Odoo', to: 'Ledgerline', error: 'cost centre 4210 is unknown' }

  it('can all be filled and read as sentences with and without values', () => {
    const sentences = [...milestones.flatMap(item => Object.values(item.words)), ...expectations.flatMap(item => [item.missing, item.explanation])]
    for (const sentence of sentences) {
      for (const filled of [fillWords(sentence, values), fillWords(sentence, {})]) {
        expect(filled, sentence).not.toMatch(/[{}]|undefined|null/)
        expect(filled.charAt(0), filled).toBe(filled.charAt(0).toUpperCase())
      }
    }
  })

  it('say what failed with the error, and avoid the words of machines', () => {
    for (const item of milestones) {
      expect(item.words.failed, item.type).toContain('{error}')
      expect(Object.values(item.words).join(' '), item.type).not.toMatch(/\b(API|HTTP|JSON|payload|endpoint failed|null|status \d)\b/)
    }
  })

  it('are put in as they are', () => {
    expect(fillWords('{counterparty} has not answered {id}', { id: '{error}', counterparty: ' ' })).toBe('The other party has not answered {error}')
    expect(fillWords('No answer to {id}', { id: '<b>$&</b>' })).toBe('No answer to <b>$&</b>')
  })
})

describe('the demo group', () => {
  it('has every kind of facility, several companies, zones and minor units', () => {
    expect(Object.groupBy(group.facilities.values(), item => item.kind).hospital).toHaveLength(4)
    expect(new Set([...group.facilities.values()].map(item => item.kind)).size).toBe(6)
    expect(new Set([...group.facilities.values()].map(item => item.timeZone))).toEqual(new Set(['Europe/Zurich', 'Europe/Berlin', 'Europe/London', 'Europe/Lisbon', 'Asia/Kuwait']))
    expect(new Set([...group.entities.values()].map(item => item.currency))).toEqual(new Set(['CHF', 'EUR', 'GBP', 'KWD']))
    expect(group.integrations.size).toBeGreaterThanOrEqual(40)
  })

  it('keeps facility, entity and calendar in step', () => {
    for (const facility of group.facilities.values()) {
      expect(facility.currency, facility.id).toBe(group.entity(facility.entity)?.currency)
      const calendar = group.calendars.get(facility.calendar)!
      expect(calendar.hours!.timeZone, facility.id).toBe(facility.timeZone)
    }
  })

  it('reports every event type through an integration, and somebody answers for it', () => {
    const reported = new Set([...group.integrations.values()].flatMap(item => item.eventTypes))
    expect(types.filter(type => !reported.has(type))).toEqual([])
    expect(types.filter(type => group.reporterOf(type) === undefined)).toEqual([])
  })

  it('answers from its home process', () => {
    for (const [type, responsibility] of group.responsibilities) expect(responsibility.process, type).toBe(group.milestoneOf(type)!.process.id)
  })

  it('marks as posting what posts', () => {
    // Negative milestones and notices may post nothing themselves; a positive one that posts must be carried by an integration that says so.
    for (const item of milestones.filter(milestone => !milestone.negative)) {
      const reporter = group.reporterOf(item.type)!
      if (item.postsMoney) expect(reporter.replay.postsMoney, `${item.type} by ${reporter.id}`).toBe(true)
      if (item.postsStock) expect(reporter.replay.postsStock, `${item.type} by ${reporter.id}`).toBe(true)
    }
  })

  it('works out entity and namespace', () => {
    expect(group.entityFor('', 'eastmere')).toBe('solvane-uk')
    expect(group.entityFor('reussgau-odoo-statements', '')).toBe('solvane-ch')
    expect(group.entityFor('hr-odoo-employees', '')).toBe('')
    expect(group.namespaceFor('hr-odoo-employees', 'eastmere')).toBe('group')
    expect(group.namespaceFor('odoo-edi-orders', 'eastmere')).toBe('solvane-uk')
    expect(group.namespaceFor('odoo-edi-orders', '')).toBeUndefined()
  })

  it('gives the facility’s calendar, the default where it is unknown, and elapsed time', () => {
    expect(group.calendarFor('facility', 'central-pharmacy').id).toBe('round-the-clock')
    expect(group.calendarFor('facility', '').id).toBe('weekdays-utc')
    expect(group.calendarFor('always', 'eastmere')).toBe(ALWAYS)
  })

  it('finds milestones and expectations by type', () => {
    expect(group.milestoneOf('finance.customer_invoice.issued')?.process.id).toBe('order-to-cash')
    expect(group.processesOf('finance.customer_invoice.issued').map(item => item.id)).toEqual(['order-to-cash', 'charge-capture'])
    expect(group.expectationsAfter('procurement.purchase_order.transmitted').map(item => item.expectation.id)).toEqual(['order-acknowledged'])
    expect(group.expectationsOf('stock_level').map(item => item.expectation.id)).toEqual(['stock-refilled'])
    expect([group.isKnownType('execution.replay.accepted'), group.isKnownType('no.such.type')]).toEqual([true, false])
    expect([group.processesOf('no.such.type'), group.expectationsAfter('no.such.type')]).toEqual([[], []])
  })
})
