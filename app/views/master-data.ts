/** Master data: consumers that still have the old record, codes that no system could translate, and who owns the record. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import { countExceptionsBy } from '#queries/clickhouse/exceptions/figures.ts'
import type { ViewFilter } from '#queries/clickhouse/views/filter.ts'
import { countConsumers, unmappedCodes } from '#queries/clickhouse/views/master-data.ts'
import { exceptionFilter, formatFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { facilityName, integrationName, objectNoun } from '../exceptions/labels.ts'
import { VIEW_WINDOWS, type ViewDefinition } from './definition.ts'
import type { ViewRequest } from './request.ts'
import { systemsOf } from './view.ts'

const DAY_MS = 86_400_000
const OBJECTS = ['item', 'supplier', 'customer', 'contract'] as const

export const MASTER_DATA: ViewDefinition = {
  id: 'master-data',
  title: 'Master data',
  noun: { one: 'record', many: 'records' },
  figure: { name: 'Consumers out of date', definition: 'Records that were changed at their system of record and that a consumer did not take over in time, or refused.' },
  headline: null,
  defaults: { step: OBJECTS.map(object => `masterdata.${object}.synced`), kind: ['failed', 'overdue'] },
  within: { process: ['master-data'], objectType: OBJECTS },
  cuts: [
    { key: 'refused', name: 'Refused by the consumer', definition: 'Changes that a consumer was sent and could not take over: wrong until somebody corrects them.', filter: { kind: ['failed'] } },
    { key: 'items', name: 'Items out of date', definition: 'Items that a consumer still has with the old name, unit, price or tax code.', filter: { objectType: ['item'] } },
    { key: 'suppliers', name: 'Suppliers out of date', definition: 'Suppliers that a consumer still has with the old record: orders and payments may go to the wrong place.', filter: { objectType: ['supplier'] } },
  ],
  stages: [],
  counterparty: 'Counterparty',
}

export interface ConsumerRow { key: string; object: string; consumer: string; stuck: number; waiting: number; oldest: string | null; record: string | null; owner: string | null; technical: string | null; integration: string | null; integrationTo: string | null; to: string; toWaiting: string }
export interface CodeRow { key: string; code: string; integration: string; integrationTo: string; failures: number; objects: number; first: string; last: string; message: string; where: string; open: number; to: string | null }

/** One row per type of record and consumer, the most out of date first; a consumer that is up to date has none. */
export async function consumerRows(stores: Pick<Stores, 'clickhouse'>, catalogue: Catalogue, scope: Scope, request: ViewRequest, now: Date): Promise<ConsumerRow[]> {
  const found = await countConsumers(stores.clickhouse, request.headline, systemsOf(catalogue), now, scope)
  const groups = Map.groupBy(found, each => JSON.stringify([each.objectType, each.system, each.step, each.integration]))
  return [...groups].map(([key, figures]): ConsumerRow => {
    const { objectType = '', system = '', step = '', integration = '' } = figures[0] ?? {}
    const stuck = figures.filter(each => each.state === 'stuck')
    const changed = catalogue.responsibilities.get(step.replace(/synced$/, 'changed'))
    const answers = catalogue.responsibilities.get(step)
    const at = (more: readonly (readonly [string, string])[]) => `?${new URLSearchParams([...places(request.headline), ['objectType', objectType], ['integration', integration], ...more.map(([name, value]) => [name, value])])}`
    const count = (all: readonly { count: number }[]) => all.reduce((sum, each) => sum + each.count, 0)
    return {
      key, object: objectNoun(objectType), consumer: catalogue.systems.get(system)?.name ?? (system || 'Unknown system'), stuck: count(stuck), waiting: count(figures) - count(stuck), oldest: stuck.flatMap(each => each.oldest ?? []).sort()[0] ?? null,
      record: changed ? (catalogue.systems.get(changed.systemOfRecord)?.name ?? changed.systemOfRecord) : null, owner: changed ? `${changed.businessOwner.name}, ${changed.businessOwner.team}` : null, technical: answers ? `${answers.technicalOwner.name}, ${answers.technicalOwner.team}` : null,
      integration: integrationName(catalogue, integration), integrationTo: integration ? `/integrations/${encodeURIComponent(integration)}` : null, to: at([]), toWaiting: at([['state', 'at_risk'], ['state', 'on_time']]),
    }
  }).sort((a, b) => b.stuck - a.stuck || b.waiting - a.waiting || (a.key < b.key ? -1 : 1))
}

/** The places in force, for links that keep them. */
const places = (filter: ViewFilter): [string, string][] => (['facility', 'entity', 'system', 'counterparty', 'criticality'] as const).flatMap(name => filter[name].map((value): [string, string] => [name, value]))

/** Codes that could not be translated in the window, with the exceptions that still stand because of them. */
export async function codeRows(stores: Pick<Stores, 'clickhouse'>, catalogue: Catalogue, scope: Scope, request: ViewRequest, now: Date): Promise<CodeRow[]> {
  const { clickhouse } = stores
  const { facility, entity } = request.headline
  const codes = await unmappedCodes(clickhouse, { since: new Date(now.getTime() - VIEW_WINDOWS[request.window] * DAY_MS), facility, entity, integrations: [...catalogue.integrations.keys()] }, scope)
  const fingerprints = [...new Set(codes.flatMap(each => each.fingerprints))]
  const asked = exceptionFilter.parse({ fingerprint: fingerprints, facility, entity })
  const open = fingerprints.length === 0 ? [] : await countExceptionsBy(clickhouse, 'fingerprint', asked, scope)
  return codes.map(each => ({
    key: `${each.code} ${each.integration}`, code: each.code, integration: integrationName(catalogue, each.integration) ?? each.integration, integrationTo: `/integrations/${encodeURIComponent(each.integration)}`,
    failures: each.failures, objects: each.objects, first: each.first, last: each.last, message: each.message,
    where: each.facilities.length === 1 ? facilityName(catalogue, each.facilities[0] ?? null) : `${each.facilities.length}${each.facilities.length === 20 ? ' or more' : ''} facilities`,
    // As many as the link shows: the same count by the same filter.
    open: open.filter(group => each.fingerprints.includes(group.value)).reduce((sum, group) => sum + group.count, 0),
    to: each.fingerprints.length === 0 ? null : `/exceptions?${formatFilter(exceptionFilter, { ...asked, fingerprint: each.fingerprints })}`,
  }))
}
