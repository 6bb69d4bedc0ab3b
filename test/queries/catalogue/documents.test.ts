/** Documents that do not hold together are named with their place; versions grow only with content; snapshots follow the store. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { buildCatalogue, CATALOGUE_CHANNEL, CatalogueError, openCatalogue } from '#queries/catalogue/catalogue.ts'
import type { CatalogueDocument, CatalogueProblem } from '#queries/catalogue/catalogue.ts'
import { contentHash } from '#queries/catalogue/content-hash.ts'
import { readDocumentFiles, saveDocuments, seedCatalogue } from '#queries/catalogue/documents.ts'
import { openTestStores } from '#test/support/stores.ts'
import type { TestStores } from '#test/support/stores.ts'

type Members = Record<string, unknown>
const shipped = [...(await readDocumentFiles('seeds/standard')), ...(await readDocumentFiles('seeds/group'))]
const find = (kind: string, id: string) => shipped.find(item => item.kind === kind && ((item.document as Members)['id'] ?? (item.document as Members)['key']) === id)!

/** A copy of a shipped document with the value at a dotted path replaced. */
function edited(kind: string, id: string, path: string, value: unknown): CatalogueDocument {
  const item = find(kind, id)
  const document = structuredClone(item.document) as Members
  const names = path.split('.')
  const holder = names.slice(0, -1).reduce<Members>((at, name) => at[name] as Members, document)
  holder[names.at(-1)!] = value
  return { ...item, document }
}

/** The shipped set with one document in another's place. */
const withDocument = (kind: string, id: string, document: CatalogueDocument) => shipped.map(item => (item === find(kind, id) ? document : item))

function problemsOf(documents: readonly CatalogueDocument[]): readonly CatalogueProblem[] {
  try {
    buildCatalogue(documents)
    return []
  } catch (error) {
    if (error instanceof CatalogueError) return error.problems
    throw error
  }
}

describe('checking', () => {
  const cases: [kind: string, id: string, path: string, value: unknown, message: string, at?: string][] = [
    ['entity', 'solvane-ch', 'currency', 'XYZ', 'must be an ISO 4217 currency code'],
    ['facility', 'rosenfluh', 'entity', 'nobody', 'there is no nobody'],
    ['facility', 'rosenfluh', 'calendar', 'never', 'there is no never'],
    ['facility', 'rosenfluh', 'timeZone', 'Europe/Luzern', 'must be an IANA time zone'],
    ['facility', 'rosenfluh', 'currency', 'chf', 'must be an ISO 4217 currency code'],
    ['calendar', 'ch-east', 'timeZone', 'Europe/St_Gallen', 'unknown time zone Europe/St_Gallen'],
    ['calendar', 'ch-east', 'id', 'always', 'is a built-in name'],
    ['integration', 'odoo-edi-orders', 'to', 'nowhere', 'there is no nowhere'],
    ['integration', 'odoo-edi-orders', 'eventTypes.0', 'procurement.purchase_order.lost', 'there is no procurement.purchase_order.lost'],
    ['integration', 'odoo-edi-orders', 'mode', 'batch', 'a batch has one, real time has none', 'schedule'],
    ['integration', 'reussgau-odoo-statements', 'schedule.cron', 'every day', 'is no cron pattern'],
    ['integration', 'reussgau-odoo-statements', 'schedule.timeZone', 'Zurich', 'must be an IANA time zone'],
    ['integration', 'odoo-edi-orders', 'retryGrace', '1 hour', 'Invalid string'],
    ['responsibility', 'finance.customer_invoice.exported', 'process', 'replenishment', 'is no milestone of replenishment', 'id'],
    ['responsibility', 'finance.customer_invoice.exported', 'systemOfRecord', 'abacus', 'there is no abacus'],
    ['responsibility', 'finance.customer_invoice.exported', 'integration', 'odoo-edi-orders', 'odoo-edi-orders does not report this type'],
    ['process', 'replenishment', 'position', 1, 'has the same'],
    ['process', 'replenishment', 'milestones.1.type', 'inventory.consumption.recorded', 'inventory.consumption.recorded is given twice'],
    ['process', 'replenishment', 'milestones.0.supersededBy', ['inventory.transfer.received'], 'only a negative milestone is superseded'],
    ['process', 'procure-to-pay', 'milestones.2.supersededBy', ['no.such.type'], 'there is no no.such.type'],
    ['process', 'replenishment', 'milestones.0.words.done', 'Item {item}', 'unknown placeholder item'],
    ['process', 'replenishment', 'expectations.0.after', 'no.such.type', 'there is no no.such.type'],
    ['process', 'replenishment', 'expectations.0.expect', ['no.such.type'], 'there is no no.such.type'],
    ['process', 'replenishment', 'expectations.1.id', 'stock-refilled', 'stock-refilled is given twice'],
    ['process', 'replenishment', 'expectations.1.cancel', ['inventory.transfer.received'], 'a type cannot both meet and cancel'],
    ['process', 'replenishment', 'expectations.1.calendar', 'lunar', 'there is no lunar'],
    ['process', 'replenishment', 'expectations.1.missing', 'Where is {}', 'unknown placeholder '],
    ['headline', 'stuck_purchase_orders', 'filter.process', ['procure'], 'there is no procure'],
    ['headline', 'failed_invoice_exports', 'filter.step', ['no.such.type'], 'there is no no.such.type'],
  ]
  it.each(cases)('names %s %s, %s = %j', (kind, id, path, value, message, at = path) => {
    const problems = problemsOf(withDocument(kind, id, edited(kind, id, path, value)))
    const found = problems.filter(problem => problem.message.includes(message))
    expect(found, JSON.stringify(problems)).not.toEqual([])
    expect(found[0]!.kind).toBe(kind)
    expect(found[0]!.origin).toMatch(/^(standard|group)\/.+\.json$/)
    // a list's problem is at one of its items, a calendar's at the whole
    if (kind !== 'calendar') expect(found[0]!.path.startsWith(at), found[0]!.path).toBe(true)
  })

  it('says what is given twice and where', () => {
    expect(problemsOf([...shipped, { kind: 'system', document: (find('system', 'odoo')).document, origin: 'other.json' }])).toEqual([
      { kind: 'system', id: 'odoo', origin: 'group/systems.json', path: '', message: 'is given twice (also in group/systems.json)' },
    ])
  })

  it('takes the shipped set, and an empty one', () => {
    expect(problemsOf(shipped)).toEqual([])
    expect(buildCatalogue([]).isKnownType('hr.employee.hired')).toBe(false)
  })
})

describe('files', () => {
  const directory = mkdtemp(join(tmpdir(), 'signalbox-documents-'))
  afterAll(async () => rm(await directory, { recursive: true }))

  it('are read in the order of kinds, lists and single documents alike, and other files are left alone', async () => {
    const root = join(await directory, 'mine')
    await mkdir(join(root, 'processes'), { recursive: true })
    await writeFile(join(root, 'processes', 'b.json'), '{"id":"b"}')
    await writeFile(join(root, 'processes', 'a.json'), '[{"id":"a1"},{"id":"a2"}]')
    await writeFile(join(root, 'entities.json'), '[{"id":"e"}]')
    await writeFile(join(root, 'README.md'), '# words')
    expect((await readDocumentFiles(root)).map(item => [item.kind, item.document, item.origin])).toEqual([
      ['entity', { id: 'e' }, 'mine/entities.json'], ['process', { id: 'a1' }, 'mine/processes/a.json'], ['process', { id: 'a2' }, 'mine/processes/a.json'], ['process', { id: 'b' }, 'mine/processes/b.json'],
    ])
  })

  it('of no known kind, or no JSON, are named', async () => {
    const root = join(await directory, 'bad')
    await mkdir(root)
    await writeFile(join(root, 'people.json'), '[]')
    await expect(readDocumentFiles(root)).rejects.toThrow('bad/people.json: not a kind of catalogue document')
    await rm(join(root, 'people.json'))
    await writeFile(join(root, 'systems.json'), '[')
    await expect(readDocumentFiles(root)).rejects.toThrow('bad/systems.json: not JSON')
  })

  it('hash by content, whatever the order of members', () => {
    expect(contentHash({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(contentHash({ b: [{ d: 3, c: 2 }], a: 1 }))
    expect(contentHash({ a: [1, 2] })).not.toBe(contentHash({ a: [2, 1] }))
  })
})

describe('in the store', () => {
  let stores: TestStores
  beforeAll(async () => {
    stores = await openTestStores()
  }, 60_000)
  afterAll(() => stores.dispose())
  afterEach(async () => {
    await stores.postgres.deleteFrom('catalogue_document').execute()
  })
  const save = (documents: readonly CatalogueDocument[], actor = 'test') => stores.postgres.transaction().execute(tx => saveDocuments(tx, documents, actor))
  const open = async (options: Parameters<typeof openCatalogue>[1] = {}) => {
    const handle = await openCatalogue(stores.postgres, options)
    onTestFinished(() => handle.close())
    return handle
  }

  it('adds a version only where the content differs, and keeps the old ones', async () => {
    expect(await save(shipped)).toHaveLength(shipped.length)
    expect(await save(shipped)).toEqual([])
    const renamed = edited('system', 'odoo', 'name', 'Odoo 19')
    const before = find('system', 'odoo').document
    expect(await save([renamed, find('system', 'stripe')], 'someone')).toEqual([{ kind: 'system', id: 'odoo', version: 2, before, after: renamed.document }])
    expect(await save([find('system', 'odoo')])).toMatchObject([{ version: 3 }])
    const versions = await stores.postgres.selectFrom('catalogue_document').select(['version', 'created_by']).where('kind', '=', 'system').where('id', '=', 'odoo').orderBy('version').execute()
    expect(versions).toEqual([{ version: 1, created_by: 'test' }, { version: 2, created_by: 'someone' }, { version: 3, created_by: 'test' }])
  })

  it('saves nothing of a set that would not hold together', async () => {
    await save(shipped)
    const good = edited('system', 'odoo', 'name', 'Odoo 19')
    await expect(save([good, edited('facility', 'rosenfluh', 'calendar', 'never')])).rejects.toThrow(CatalogueError)
    await expect(save([{ kind: 'headline', document: { key: 'nonsense' } }])).rejects.toThrow(CatalogueError)
    expect(await save(shipped)).toEqual([])
  })

  it('seeds an empty store once and leaves edits alone', async () => {
    expect(await seedCatalogue(stores.postgres, shipped, 'start')).toHaveLength(shipped.length)
    await save([edited('system', 'odoo', 'name', 'Odoo 19')])
    expect(await seedCatalogue(stores.postgres, shipped, 'start')).toEqual([])
    const catalogue = await open()
    expect(catalogue.current().systems.get('odoo')!.name).toBe('Odoo 19')
  })

  it('lets two savers at once both have their way', async () => {
    await save(shipped)
    const saved = await Promise.all(['A', 'B'].map(name => save([edited('system', 'odoo', 'name', name)])))
    expect(saved.flat().map(item => item.version).sort()).toEqual([2, 3])
  })

  it('gives snapshots that do not change, and tells of a new one', async () => {
    await save(shipped)
    const handle = await open()
    const old = handle.current()
    const told: string[] = []
    const stop = handle.onChange(catalogue => told.push(catalogue.systems.get('odoo')!.name))
    expect(await handle.refresh()).toBe(false)
    await save([edited('system', 'odoo', 'name', 'Odoo 19')])
    expect(await handle.refresh()).toBe(true)
    expect([old.systems.get('odoo')!.name, handle.current().systems.get('odoo')!.name, told]).toEqual(['Odoo', 'Odoo 19', ['Odoo 19']])
    stop()
    await save([edited('system', 'odoo', 'name', 'Odoo 20')])
    await handle.refresh()
    expect(told).toEqual(['Odoo 19'])
  })

  it('is woken by a commit, and notices by itself without a wake-up', async () => {
    await save(shipped)
    const woken = await open({ coordination: stores.coordination, pollMs: 3_600_000 })
    const polling = await open({ pollMs: 20 })
    await save([edited('system', 'odoo', 'name', 'Odoo 19')])
    await stores.coordination.wake(CATALOGUE_CHANNEL)
    await vi.waitFor(() => expect([woken, polling].map(handle => handle.current().systems.get('odoo')!.name)).toEqual(['Odoo 19', 'Odoo 19']), 5_000)
  })

  it('keeps the last good snapshot when what is stored does not hold together, and says so', async () => {
    await save(shipped)
    const errors: unknown[] = []
    const handle = await open({ coordination: stores.coordination, onError: error => errors.push(error) })
    await stores.postgres.insertInto('catalogue_document').values({ kind: 'system', id: 'odoo', version: 2, document: '{"id":"odoo"}', content_hash: 'by hand', created_by: 'by hand' }).execute()
    await stores.coordination.wake(CATALOGUE_CHANNEL)
    await vi.waitFor(() => expect(errors[0]).toBeInstanceOf(CatalogueError), 5_000)
    expect(handle.current().systems.get('odoo')!.name).toBe('Odoo')
    await expect(openCatalogue(stores.postgres)).rejects.toThrow('system odoo (version 2), name')
  })
})
