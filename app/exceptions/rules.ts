/**
 * The catalogue as evaluation needs it: per object type what is expected, what ends the story, what says no. Compiled once per
 * catalogue version, so that evaluating an object is look-ups only.
 */
import type { Catalogue, Milestone } from '#queries/catalogue/catalogue.ts'
import { ALWAYS, addWorking } from '#queries/catalogue/calendar.ts'
import type { CompiledCalendar } from '#queries/catalogue/calendar.ts'
import type { Agreement, Expectation, Integration, Process } from '#queries/catalogue/schema.ts'
import type { ExceptionKind } from '#queries/model/exception.ts'
import type { AssessmentRules } from '../ownership/assess.ts'
import { compileOwnership } from '../ownership/route.ts'
import { readsAttributes } from './conditions.ts'
import { compileSeverity } from './severity.ts'

export interface ExpectationRule { process: string; expectation: Expectation; expect: ReadonlySet<string>; cancel: ReadonlySet<string> }
export interface AgreementRule { process: string; agreement: Agreement }
export interface NegativeRule { process: string; type: string; superseded: ReadonlySet<string> }

export interface ObjectRules {
  expectations: readonly ExpectationRule[]
  negatives: ReadonlyMap<string, NegativeRule>
  agreements: readonly AgreementRule[]
  /**
   * Types that end the object's story whenever they happen, also before the anchor (systems report out of order): a cancel that is
   * the object's own milestone, does not say no, and neither starts nor meets any expectation. Other cancels (an employee hired
   * again, a shipment returned) belong to their cycle and count only from the anchor on.
   */
  terminal: ReadonlySet<string>
}

/** The kinds of trouble that are looked for here; of `mismatch` only reports of one thing that differ, the others are found by reconciliation. */
export const FINDERS = ['failed', 'overdue', 'mismatch', 'rejected'] as const satisfies readonly ExceptionKind[]
export type FinderKind = (typeof FINDERS)[number]

export interface Rules extends AssessmentRules {
  /** what is looked for; what is not among them is never found, and found before it is no longer expected */
  finders: ReadonlySet<FinderKind>
  of(objectType: string): ObjectRules
  /** The object types of which the catalogue knows anything. */
  objectTypes: readonly string[]
  /** The process that a failing step of this object belongs to: the one that expects the step there, else the first that knows it; '' if none. */
  processOf(step: string, objectType: string): string
  milestone(process: string, type: string): Milestone | undefined
  integration(id: string): Integration | undefined
  /** The integration that should report a milestone, if the group's responsibilities name one. */
  reporterOf(milestone: string): string | null
  /** What an expectation's `calendar` means for an event of a facility. */
  calendar(calendar: string, facility: string): CompiledCalendar
  names: { facility(id: string): string; system(id: string): string; systemOfRecord(milestone: string): string }
  /** Types whose attributes evaluation reads (conditions of expectations, technical steps). */
  attributeTypes: readonly string[]
  /** Types that say no. */
  negativeTypes: readonly string[]
  /** Object types of which rules ask for what they came to be; null: of all. */
  servingTypes: readonly string[] | null
}

/** Grace and attempts where an integration is not in the catalogue. */
export const UNCATALOGUED = { retryGrace: 'PT1H', maxAttempts: 5 } as const
const NONE: ObjectRules = { expectations: [], negatives: new Map(), agreements: [], terminal: new Set() }

/** Milliseconds of an elapsed-time duration (a day is 24 hours). */
export const elapsed = (from: number, duration: string): number => addWorking(ALWAYS, from, duration)

/** Compiles a catalogue snapshot; `finders`: what is to be looked for, by default everything. */
export function compileRules(catalogue: Catalogue, finders: readonly FinderKind[] = FINDERS): Rules {
  const processes: Process[] = [...catalogue.processes.values()]
  const byObject = objectRules(processes)
  const milestones = new Map(processes.flatMap(process => process.milestones.map(item => [`${process.id} ${item.type}`, item] as const)))
  return {
    finders: new Set(finders),
    severity: compileSeverity(catalogue),
    ownership: compileOwnership(catalogue),
    of: type => byObject.get(type) ?? NONE,
    objectTypes: [...byObject.keys()],
    processOf(step, objectType) {
      const expecting = byObject.get(objectType)?.expectations.find(rule => rule.expect.has(step))
      if (expecting) return expecting.process
      const knowing = catalogue.processesOf(step)
      return (knowing.find(process => process.milestones.some(item => item.type === step && item.object === objectType)) ?? knowing[0])?.id ?? ''
    },
    milestone: (process, type) => milestones.get(`${process} ${type}`),
    integration: catalogue.integration,
    reporterOf: type => catalogue.reporterOf(type)?.id ?? null,
    calendar: catalogue.calendarFor,
    names: {
      facility: id => catalogue.facility(id)?.name ?? id,
      system: id => catalogue.systems.get(id)?.name ?? id,
      systemOfRecord(type) {
        const system = catalogue.responsibilities.get(type)?.systemOfRecord
        return system ? (catalogue.systems.get(system)?.name ?? system) : ''
      },
    },
    attributeTypes: [...new Set(processes.flatMap(process => [
      ...process.expectations.filter(item => readsAttributes(item.when)).map(item => item.after),
      ...process.agreements.flatMap(item => [item.first, item.second]),
    ]))],
    servingTypes: servingTypesOf(catalogue),
    negativeTypes: [...new Set(processes.flatMap(process => process.milestones.filter(item => item.negative).map(item => item.type)))],
  }
}

function servingTypesOf({ severityRules, ownershipRules }: Catalogue): string[] | null {
  const asking = [...severityRules, ...ownershipRules].filter(rule => rule.active && rule.when.serves.length > 0)
  return asking.some(rule => rule.when.objectType.length === 0) ? null : [...new Set(asking.flatMap(rule => rule.when.objectType))].sort()
}

function objectRules(processes: readonly Process[]): Map<string, ObjectRules> {
  const expectations = processes.flatMap(process => process.expectations.map(expectation => ({ process: process.id, expectation, expect: new Set<string>(expectation.expect), cancel: new Set<string>(expectation.cancel) })))
  const moves = new Set(expectations.flatMap(rule => [rule.expectation.after, ...rule.expect]))
  const own = processes.flatMap(process => process.milestones)
  const agreements = processes.flatMap(process => process.agreements.map(agreement => ({ process: process.id, agreement })))
  const types = new Set([...expectations.map(rule => rule.expectation.object), ...agreements.map(rule => rule.agreement.object), ...own.map(item => item.object)])
  return new Map([...types].map(type => {
    const mine = expectations.filter(rule => rule.expectation.object === type)
    const ends = (cancel: string) => !moves.has(cancel) && own.some(item => item.type === cancel && item.object === type) && !own.some(item => item.type === cancel && item.negative)
    const negatives = processes.flatMap(process => process.milestones
      .filter(item => item.negative && item.opensException && item.object === type)
      .map(item => [item.type, { process: process.id, type: item.type, superseded: new Set<string>(item.supersededBy) }] as const))
    return [type, { expectations: mine, negatives: new Map(negatives.reverse()), agreements: agreements.filter(rule => rule.agreement.object === type), terminal: new Set(mine.flatMap(rule => [...rule.cancel]).filter(ends)) }] as const
  }))
}
