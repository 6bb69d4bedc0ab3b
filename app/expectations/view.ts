/** The expectations as the pages show them: rules in words, figures beside them. */
import type { Catalogue } from '#queries/catalogue/catalogue.ts'
import type { Expectation, Process } from '#queries/catalogue/schema.ts'
import { expectationFigures } from '#queries/clickhouse/expectations/figures.ts'
import type { ExpectationFigures } from '#queries/clickhouse/expectations/figures.ts'
import { countExceptions } from '#queries/clickhouse/exceptions/figures.ts'
import { CRITICALITIES } from '#queries/model/event.ts'
import { exceptionFilter } from '#queries/model/filter.ts'
import type { Scope } from '#queries/model/scope.ts'
import type { Stores } from '#queries/stores.ts'
import { integrationName, objectNoun, stepName } from '../exceptions/labels.ts'
import { withParameters } from '../paths.ts'
import { conditionLines } from './condition-text.ts'
import { calendarName } from './describe.ts'
import { durationText } from './durations.ts'

/** Days over which "met in time" is counted. */
export const IN_TIME_DAYS = 30

export interface ExpectationLine {
  id: string; to: string; step: string; after: string; object: string
  /** critical, high, normal, low */
  within: string[]; calendar: string; warnAt: string; conditions: string[]; pauses: boolean; recurs: boolean
  figures: ExpectationFigures; openTo: string; lateTo: string
  /** of what was met or came due in the last days; null where there was nothing */
  inTime: number | null
}
export interface ProcessExpectations { id: string; name: string; description: string; lines: ExpectationLine[]; late: number }
/** A batch window that is watched, with the exceptions it has open. */
export interface WindowLine { key: string; integration: string; to: string; feeds: string; schedule: string; grace: string; missed: number }

const NOTHING: ExpectationFigures = { open: 0, late: 0, atRisk: 0, due: 0, inTime: 0 }

/** All expectations by process, in order of position. */
export async function readExpectations(stores: Stores, catalogue: Catalogue, now: Date, scope: Scope): Promise<ProcessExpectations[]> {
  const figures = await expectationFigures(stores.clickhouse, now, IN_TIME_DAYS, scope)
  return [...catalogue.processes.values()].filter(process => process.expectations.length > 0).map(process => {
    const lines = process.expectations.map(expectation => lineOf(catalogue, process, expectation, figures.get(`${process.id}/${expectation.id}`) ?? NOTHING))
    return { id: process.id, name: process.name, description: process.description, lines, late: lines.reduce((sum, line) => sum + line.figures.late, 0) }
  })
}

/** One expectation; undefined if there is none of this name. */
export async function readExpectation(stores: Stores, catalogue: Catalogue, processId: string, id: string, now: Date, scope: Scope): Promise<{ process: Process; expectation: Expectation; line: ExpectationLine } | undefined> {
  const process = catalogue.processes.get(processId)
  const expectation = process?.expectations.find(item => item.id === id)
  if (!process || !expectation) return undefined
  const figures = await expectationFigures(stores.clickhouse, now, IN_TIME_DAYS, scope, { process: processId, expectation: id })
  return { process, expectation, line: lineOf(catalogue, process, expectation, figures.get(`${processId}/${id}`) ?? NOTHING) }
}

function lineOf(catalogue: Catalogue, process: Process, expectation: Expectation, figures: ExpectationFigures): ExpectationLine {
  const step = expectation.expect[0] ?? ''
  const backlog = { process: process.id, expectation: expectation.id }
  return {
    id: expectation.id, to: `/expectations/${encodeURIComponent(process.id)}/${encodeURIComponent(expectation.id)}`,
    step: stepName(catalogue, step) ?? step, after: stepName(catalogue, expectation.after) ?? expectation.after, object: objectNoun(expectation.object),
    within: CRITICALITIES.map(level => durationText(expectation.within[level])), calendar: calendarName(catalogue, expectation.calendar), warnAt: `${Math.round(expectation.warnAt * 100)} %`,
    conditions: conditionLines(expectation.when), pauses: expectation.pause !== null, recurs: expectation.recurs, figures,
    openTo: `/backlog${withParameters('', backlog)}`, lateTo: `/backlog${withParameters('', { ...backlog, overdue: 'true' })}`,
    inTime: figures.due === 0 ? null : figures.inTime / figures.due,
  }
}

/** The batch windows that are watched, and how many interfaces are watched for silence. */
export async function readWatched(stores: Stores, catalogue: Catalogue, scope: Scope): Promise<{ windows: WindowLine[]; interfaces: number }> {
  const watched = [...catalogue.integrations.values()].filter(integration => integration.window !== null)
  const windows = await Promise.all(watched.map(async integration => ({
    key: integration.id, integration: integrationName(catalogue, integration.id) ?? integration.id, to: `/integrations/${encodeURIComponent(integration.id)}`,
    feeds: integration.window?.feeds.join(', ') || 'any run', schedule: integration.schedule?.words ?? '', grace: durationText(integration.window?.grace ?? ''),
    missed: (await countExceptions(stores.clickhouse, exceptionFilter.parse({ kind: ['overdue'], integration: [integration.id], step: integration.window?.expect.slice(0, 1) }), scope)).count,
  })))
  return { windows, interfaces: [...catalogue.integrations.values()].filter(integration => integration.slo.silentAfter !== null).length }
}
