/** One version of the catalogue, checked and indexed: look-ups only, nothing in it changes. */
import type { z } from 'zod'
import { ALWAYS } from './calendar.ts'
import type { CompiledCalendar } from './calendar.ts'
import { checkDocuments } from './check.ts'
import type { CatalogueDocument } from './check.ts'
import { contentHash } from './content-hash.ts'
import type { ReconciliationSet } from './reconciliation.ts'
import type { DOCUMENT_SCHEMAS, Expectation, Headline, Integration, milestone, OwnershipRule, Policy, Process, SeverityRule, StandardView, Team } from './schema.ts'

export type Entity = z.infer<typeof DOCUMENT_SCHEMAS.entity>
export type Facility = z.infer<typeof DOCUMENT_SCHEMAS.facility>
export type System = z.infer<typeof DOCUMENT_SCHEMAS.system>
export type Responsibility = z.infer<typeof DOCUMENT_SCHEMAS.responsibility>
export type Milestone = z.infer<typeof milestone>

/** The calendar for facilities that nobody knows; elapsed time where a group has no such calendar. */
export const DEFAULT_CALENDAR = 'weekdays-utc'

export interface Catalogue {
  readonly entities: ReadonlyMap<string, Entity>
  readonly facilities: ReadonlyMap<string, Facility>
  /** working calendars by id, without `always` */
  readonly calendars: ReadonlyMap<string, CompiledCalendar>
  readonly systems: ReadonlyMap<string, System>
  readonly integrations: ReadonlyMap<string, Integration>
  /** in order of position */
  readonly processes: ReadonlyMap<string, Process>
  /** by event type */
  readonly responsibilities: ReadonlyMap<string, Responsibility>
  /** who is told of what, by id */
  readonly policies: ReadonlyMap<string, Policy>
  /** by key */
  readonly headlines: ReadonlyMap<string, Headline>
  /** ready-made views of the worklist, in order of position */
  readonly views: ReadonlyMap<string, StandardView>
  readonly teams: ReadonlyMap<string, Team>
  /** in order of position */
  readonly reconciliationSets: ReadonlyMap<string, ReconciliationSet>
  /** in order of position, those switched off included */
  readonly severityRules: readonly SeverityRule[]
  /** in order of position, those switched off included */
  readonly ownershipRules: readonly OwnershipRule[]
  /** Changes with everything that decides what is trouble, but the processes' expectations and agreements: those concern the objects they name. */
  readonly findingHash: string
  /** Changes with the rules of severity and ownership. */
  readonly assessmentHash: string
  entity(id: string): Entity | undefined
  facility(id: string): Facility | undefined
  integration(id: string): Integration | undefined
  /** True for every milestone's type; the standard set has those of the integration layer and of replays too. */
  isKnownType(type: string): boolean
  /** The milestone as its home process (lowest position) words it. */
  milestoneOf(type: string): { process: Process; milestone: Milestone } | undefined
  /** Processes with this milestone, the home first; empty for an unknown type. */
  processesOf(type: string): readonly Process[]
  /** Expectations that this event type starts. */
  expectationsAfter(type: string): readonly { process: Process; expectation: Expectation }[]
  /** Expectations about objects of this type. */
  expectationsOf(objectType: string): readonly { process: Process; expectation: Expectation }[]
  /** The integration that should report a milestone, if the group says so. */
  reporterOf(type: string): Integration | undefined
  /** What an expectation's `calendar` means for an event of a facility ('' or unknown: the default calendar). */
  calendarFor(calendar: string, facility: string): CompiledCalendar
  /** Namespace of object ids that an integration reports from a facility (either may be ''); undefined where the catalogue says none. */
  namespaceFor(integration: string, facility: string): string | undefined
  /** Legal entity of an event: its facility's, else the one whose books the integration's namespace names; '' where the catalogue says none. */
  entityFor(integration: string, facility: string): string
}

/** Kinds that say what to make of trouble, not what is trouble. */
const NOT_FINDING: ReadonlySet<string> = new Set(['severity_rule', 'ownership_rule', 'team', 'headline', 'view', 'policy', 'reconciliation_set'])
const inOrder = <T extends { position: number; id: string }>(rules: ReadonlyMap<string, T>): T[] => [...rules.values()].sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))

/** Checks documents and indexes them. Throws CatalogueError naming each document and path that does not hold. */
export function buildCatalogue(documents: readonly CatalogueDocument[]): Catalogue {
  const checked = checkDocuments(documents)
  const processes = new Map([...checked.process.values()].sort((a, b) => a.position - b.position).map(process => [process.id, process] as const))
  const all = [...processes.values()]
  const expectations = all.flatMap(process => process.expectations.map(expectation => ({ process, expectation })))
  const homes = Map.groupBy(all.flatMap(process => process.milestones.map(item => ({ process, milestone: item }))), item => item.milestone.type)
  const processesByType = new Map([...homes].map(([type, list]) => [type, list.map(item => item.process)] as const))
  const after = Map.groupBy(expectations, item => item.expectation.after)
  const ofObject = Map.groupBy(expectations, item => item.expectation.object)
  const { entity: entities, facility: facilities, integration: integrations, responsibility: responsibilities, compiled: calendars } = checked
  const fallback = calendars.get(DEFAULT_CALENDAR) ?? ALWAYS
  return {
    entities, facilities, calendars, integrations, processes, responsibilities,
    systems: checked.system,
    headlines: checked.headline,
    policies: checked.policy,
    views: new Map([...checked.view.values()].sort((a, b) => a.position - b.position).map(each => [each.id, each] as const)),
    teams: checked.team,
    reconciliationSets: new Map(inOrder(checked.reconciliation_set).map(each => [each.id, each] as const)),
    severityRules: inOrder(checked.severity_rule),
    ownershipRules: inOrder(checked.ownership_rule),
    findingHash: contentHash([
      documents.filter(item => !NOT_FINDING.has(item.kind) && item.kind !== 'process').map(({ kind, document }) => ({ kind, document })),
      all.map(({ expectations: _, agreements: __, ...rest }) => rest),
    ]),
    assessmentHash: contentHash(documents.filter(({ kind }) => kind === 'severity_rule' || kind === 'ownership_rule').map(({ kind, document }) => ({ kind, document }))),
    entity: id => entities.get(id),
    facility: id => facilities.get(id),
    integration: id => integrations.get(id),
    isKnownType: type => homes.has(type),
    milestoneOf: type => homes.get(type)?.[0],
    processesOf: type => processesByType.get(type) ?? [],
    expectationsAfter: type => after.get(type) ?? [],
    expectationsOf: type => ofObject.get(type) ?? [],
    reporterOf: type => integrations.get(responsibilities.get(type)?.integration ?? ''),
    calendarFor(calendar, facility) {
      if (calendar === 'always') return ALWAYS
      const id = calendar === 'facility' ? facilities.get(facility)?.calendar : calendar
      return calendars.get(id ?? DEFAULT_CALENDAR) ?? fallback
    },
    namespaceFor: (integration, facility) => integrations.get(integration)?.namespace ?? facilities.get(facility)?.entity,
    entityFor: (integration, facility) => facilities.get(facility)?.entity ?? entities.get(integrations.get(integration)?.namespace ?? '')?.id ?? '',
  }
}
