/** Whether a set of catalogue documents holds together: each by its schema, and every name that one uses of another. */
import { Cron } from 'croner'
import type { z } from 'zod'
import { minorDigits } from '../model/money.ts'
import { CalendarError, compileCalendar } from './calendar.ts'
import type { CompiledCalendar } from './calendar.ts'
import { DOCUMENT_SCHEMAS } from './schema.ts'
import type { DocumentKind, SeverityRule } from './schema.ts'
import { BECAUSE_PLACEHOLDERS, unknownPlaceholders } from './words.ts'

/** One document as it was written; `origin` names the file or store it came from, for messages. */
export interface CatalogueDocument {
  readonly kind: DocumentKind
  readonly document: unknown
  readonly origin?: string
}

export interface CatalogueProblem {
  readonly kind: DocumentKind
  readonly id: string
  readonly origin: string
  /** where in the document, members joined by dots; '' for the whole */
  readonly path: string
  readonly message: string
}

/** Documents that do not hold together; `problems` names each document and path. */
export class CatalogueError extends Error {
  readonly code = 'invalid_catalogue'
  readonly problems: readonly CatalogueProblem[]
  constructor(problems: readonly CatalogueProblem[]) {
    const lines = problems.slice(0, 20).map(problem => `${problem.kind} ${problem.id}${problem.origin && ` (${problem.origin})`}${problem.path && `, ${problem.path}`}: ${problem.message}`)
    super(`the catalogue does not hold together:\n${lines.join('\n')}${problems.length > 20 ? `\nand ${problems.length - 20} more` : ''}`)
    this.problems = problems
  }
}

type Parsed = { readonly [K in DocumentKind]: ReadonlyMap<string, z.infer<(typeof DOCUMENT_SCHEMAS)[K]>> }
export type CheckedDocuments = Parsed & { readonly compiled: ReadonlyMap<string, CompiledCalendar> }

/** The id of a document within its kind: a headline's key, else its `id`; '' if it has none. */
export function documentId({ kind, document }: CatalogueDocument): string {
  const id = (document as Record<string, unknown> | null)?.[kind === 'headline' ? 'key' : 'id']
  return typeof id === 'string' ? id : ''
}

/** Validates the whole set. Throws CatalogueError with every problem found; the schemas' problems hide those of references. */
export function checkDocuments(documents: readonly CatalogueDocument[]): CheckedDocuments {
  const check = new Check()
  const parsed = check.schemas(documents)
  check.stopOnProblems()
  const compiled = check.calendars(parsed)
  check.group(parsed)
  check.processes(parsed)
  check.policies(parsed)
  check.rules(parsed)
  check.reconciliation(parsed)
  check.stopOnProblems()
  return { ...parsed, compiled }
}

class Check {
  readonly #problems: CatalogueProblem[] = []
  readonly #origins = new Map<string, string>()

  stopOnProblems(): void {
    if (this.#problems.length > 0) throw new CatalogueError(this.#problems)
  }

  schemas(documents: readonly CatalogueDocument[]): Parsed {
    const parsed = Object.fromEntries(Object.keys(DOCUMENT_SCHEMAS).map(kind => [kind, new Map()])) as unknown as { [K in DocumentKind]: Map<string, unknown> }
    for (const item of documents) {
      const id = documentId(item)
      if (parsed[item.kind].has(id)) this.#report(item.kind, id, '', `is given twice (also in ${this.#origins.get(`${item.kind} ${id}`)})`)
      this.#origins.set(`${item.kind} ${id}`, item.origin ?? '')
      const result = DOCUMENT_SCHEMAS[item.kind].safeParse(item.document)
      if (result.success) parsed[item.kind].set(id, result.data)
      else for (const issue of result.error.issues) this.#report(item.kind, id, issue.path.join('.'), issue.message)
    }
    return parsed as Parsed
  }

  calendars(parsed: Parsed): Map<string, CompiledCalendar> {
    const compiled = new Map<string, CompiledCalendar>()
    for (const calendar of parsed.calendar.values()) {
      if (calendar.id === 'always' || calendar.id === 'facility') this.#report('calendar', calendar.id, 'id', 'is a built-in name')
      try {
        compiled.set(calendar.id, compileCalendar(calendar))
      } catch (error) {
        if (!(error instanceof CalendarError)) throw error
        this.#report('calendar', calendar.id, '', error.problem)
      }
    }
    return compiled
  }

  group(parsed: Parsed): void {
    const types = new Set([...parsed.process.values()].flatMap(process => process.milestones.map(item => item.type)))
    for (const { id, currency } of parsed.entity.values()) this.#currency('entity', id, currency)
    for (const { id, entity, calendar, currency, timeZone } of parsed.facility.values()) {
      this.#refers('facility', id, 'entity', parsed.entity, entity)
      this.#refers('facility', id, 'calendar', parsed.calendar, calendar)
      this.#currency('facility', id, currency)
      this.#timeZone('facility', id, 'timeZone', timeZone)
    }
    for (const integration of parsed.integration.values()) {
      const { id, schedule } = integration
      this.#refers('integration', id, 'from', parsed.system, integration.from)
      this.#refers('integration', id, 'to', parsed.system, integration.to)
      integration.eventTypes.forEach((type, index) => this.#refers('integration', id, `eventTypes.${index}`, types, type))
      if ((schedule === null) !== (integration.mode === 'realtime')) this.#report('integration', id, 'schedule', 'a batch has one, real time has none')
      integration.window?.expect.forEach((type, index) => {
        if (!integration.eventTypes.includes(type)) this.#report('integration', id, `window.expect.${index}`, `${id} does not report this type`)
      })
      if (integration.window && !schedule) this.#report('integration', id, 'window', 'only a batch has windows')
      if (!schedule) continue
      this.#timeZone('integration', id, 'schedule.timeZone', schedule.timeZone)
      try {
        new Cron(schedule.cron, { paused: true }).stop()
      } catch {
        this.#report('integration', id, 'schedule.cron', 'is no cron pattern')
      }
    }
    for (const responsibility of parsed.responsibility.values()) {
      const { id, process, systemOfRecord, integration } = responsibility
      this.#refers('responsibility', id, 'process', parsed.process, process)
      if (!parsed.process.get(process)?.milestones.some(item => item.type === id)) this.#report('responsibility', id, 'id', `is no milestone of ${process}`)
      this.#refers('responsibility', id, 'systemOfRecord', parsed.system, systemOfRecord)
      if (integration === null) continue
      this.#refers('responsibility', id, 'integration', parsed.integration, integration)
      if (parsed.integration.get(integration)?.eventTypes.includes(id) === false) this.#report('responsibility', id, 'integration', `${integration} does not report this type`)
    }
    for (const { key, filter } of parsed.headline.values()) {
      for (const [index, process] of (filter.process ?? []).entries()) this.#refers('headline', key, `filter.process.${index}`, parsed.process, process)
      for (const [index, step] of (filter.step ?? []).entries()) this.#refers('headline', key, `filter.step.${index}`, types, step)
    }
    for (const { id, query } of parsed.view.values()) {
      const asked = new URLSearchParams(query)
      for (const process of asked.getAll('process')) this.#refers('view', id, 'query.process', parsed.process, process)
      for (const step of asked.getAll('step')) this.#refers('view', id, 'query.step', types, step)
    }
  }

  processes(parsed: Parsed): void {
    const all = [...parsed.process.values()]
    const types = new Set(all.flatMap(process => process.milestones.map(item => item.type)))
    const expectationIds = new Set<string>()
    const positions = new Map<number, string>()
    for (const process of all) {
      const report = (path: string, message: string) => this.#report('process', process.id, path, message)
      const known = (path: string, list: readonly string[]) => list.forEach((type, index) => this.#refers('process', process.id, `${path}.${index}`, types, type))
      const words = (path: string, text: string) => unknownPlaceholders(text).forEach(name => report(path, `unknown placeholder ${name}`))
      const other = positions.get(process.position)
      if (other) report('position', `${other} has the same`)
      positions.set(process.position, process.id)
      const own = new Set<string>()
      process.milestones.forEach((item, index) => {
        const path = `milestones.${index}`
        if (own.has(item.type)) report(`${path}.type`, `${item.type} is given twice`)
        own.add(item.type)
        known(`${path}.supersededBy`, item.supersededBy)
        if (!item.negative && item.supersededBy.length > 0) report(`${path}.supersededBy`, 'only a negative milestone is superseded')
        for (const [name, text] of Object.entries(item.words)) words(`${path}.words.${name}`, text)
      })
      process.expectations.forEach((item, index) => {
        const path = `expectations.${index}`
        if (expectationIds.has(item.id)) report(`${path}.id`, `${item.id} is given twice`)
        expectationIds.add(item.id)
        known(`${path}.expect`, item.expect)
        known(`${path}.cancel`, item.cancel)
        this.#refers('process', process.id, `${path}.after`, types, item.after)
        if (item.cancel.some(type => item.expect.includes(type))) report(`${path}.cancel`, 'a type cannot both meet and cancel')
        if (item.calendar !== 'facility' && item.calendar !== 'always') this.#refers('process', process.id, `${path}.calendar`, parsed.calendar, item.calendar)
        if (item.pause) {
          known(`${path}.pause.from`, item.pause.from)
          known(`${path}.pause.until`, item.pause.until)
          if (item.pause.from.some(type => item.pause?.until.includes(type))) report(`${path}.pause.until`, 'a type cannot both begin and end a pause')
        }
        words(`${path}.missing`, item.missing)
        words(`${path}.explanation`, item.explanation)
      })
      process.agreements.forEach((item, index) => {
        const path = `agreements.${index}`
        if (expectationIds.has(item.id)) report(`${path}.id`, `${item.id} is given twice`)
        expectationIds.add(item.id)
        this.#refers('process', process.id, `${path}.first`, types, item.first)
        this.#refers('process', process.id, `${path}.second`, types, item.second)
        words(`${path}.differs`, item.differs)
        words(`${path}.explanation`, item.explanation)
      })
    }
  }

  policies(parsed: Parsed): void {
    const types = new Set([...parsed.process.values()].flatMap(process => process.milestones.map(item => item.type)))
    for (const { id, filter, to, escalations } of parsed.policy.values()) {
      const known = (name: string, list: readonly string[] | undefined, of: { has(name: string): boolean }) => (list ?? []).forEach((value, index) => this.#refers('policy', id, `filter.${name}.${index}`, of, value))
      known('process', filter.process, parsed.process)
      known('step', filter.step, types)
      known('facility', filter.facility, parsed.facility)
      known('entity', filter.entity, parsed.entity)
      known('integration', filter.integration, parsed.integration)
      escalations.forEach(({ calendar }, index) => {
        if (calendar !== 'facility' && calendar !== 'always') this.#refers('policy', id, `escalations.${index}.calendar`, parsed.calendar, calendar)
      })
      for (const recipient of [...to, ...escalations.flatMap(step => step.to)]) {
        if (recipient.kind !== 'addresses') continue
        for (const facility of recipient.facilities) this.#refers('policy', id, 'to', parsed.facility, facility)
        for (const entity of recipient.entities) this.#refers('policy', id, 'to', parsed.entity, entity)
      }
    }
  }

  /** What a rule names must exist, and its amounts, times and effect must fit together (see severityRule in schema.ts). */
  rules(parsed: Parsed): void {
    const types = new Set([...parsed.process.values()].flatMap(process => process.milestones.map(item => item.type)))
    for (const kind of ['severity_rule', 'ownership_rule'] as const) {
      const positions = new Map<number, string>()
      for (const { id, position, when } of parsed[kind].values()) {
        const other = positions.get(position)
        if (other) this.#report(kind, id, 'position', `${other} has the same`)
        positions.set(position, id)
        const known = { process: parsed.process, facility: parsed.facility, entity: parsed.entity, integration: parsed.integration, system: parsed.system }
        for (const [name, documents] of Object.entries(known) as [keyof typeof known, { has(id: string): boolean }][]) {
          when[name].forEach((value, index) => this.#refers(kind, id, `when.${name}.${index}`, documents, value))
        }
        // a technical step may have any name; one that is written like a milestone must be one
        when.step.forEach((step, index) => step.split('.').length > 2 && this.#refers(kind, id, `when.step.${index}`, types, step))
      }
    }
    for (const rule of parsed.severity_rule.values()) this.#severityRule(rule, parsed)
    for (const { id, to } of parsed.ownership_rule.values()) if ('team' in to) this.#refers('ownership_rule', id, 'to.team', parsed.team, to.team)
  }

  /** Its events must exist, a rule must ask for links that items have, and a side that stands in must name one that is there. */
  reconciliation(parsed: Parsed): void {
    const types = new Set([...parsed.process.values()].flatMap(process => process.milestones.map(item => item.type)))
    for (const set of parsed.reconciliation_set.values()) {
      this.#refers('reconciliation_set', set.id, 'process', parsed.process, set.process)
      const links = set.sides.map(side => new Set(side.items.flatMap(item => Object.keys(item.links))))
      for (const [index, rule] of set.rules.entries()) {
        for (const link of rule.on) if (links.filter(side => side.has(link)).length < 2) this.#report('reconciliation_set', set.id, `rules.${index}.on`, `fewer than two sides have ${link}`)
      }
      for (const [index, side] of set.sides.entries()) {
        for (const type of side.items.flatMap(item => [...item.from, ...item.cancelledBy])) this.#refers('reconciliation_set', set.id, `sides.${index}.items`, types, type)
      }
      for (const { currency } of [...set.tolerances.absolute, ...set.writeOffLimit]) this.#currency('reconciliation_set', set.id, currency)
    }
  }

  #severityRule({ id, when, effect, because }: SeverityRule, parsed: Parsed): void {
    const report = (path: string, message: string) => this.#report('severity_rule', id, path, message)
    for (const name of ['amountAtLeast', 'amountBelow'] as const) {
      const currencies = when[name].map(amount => amount.currency)
      if (new Set(currencies).size < currencies.length) report(`when.${name}`, 'a currency is given twice')
    }
    const grows = when.amountAtLeast.length > 0 || when.late !== null || when.open !== null
    if (grows && 'lower' in effect) report('effect', 'what grows with money or time may only raise')
    if (when.amountBelow.length > 0 && !('lower' in effect)) report('effect', 'what holds below an amount may only lower')
    if (when.late?.state === 'at_risk' && when.late.by !== 'PT0S') report('when.late.by', 'the warning has its own time: leave it at PT0S')
    for (const [path, time] of [['when.late.calendar', when.late], ['when.open.calendar', when.open]] as const) {
      if (time && time.calendar !== 'facility' && time.calendar !== 'always') this.#refers('severity_rule', id, path, parsed.calendar, time.calendar)
    }
    const unknown = [...because.matchAll(/\{([^{}]*)\}/g)].map(match => match[1] ?? '').filter(name => !BECAUSE_PLACEHOLDERS.some(each => each === name))
    for (const name of unknown) report('because', `unknown placeholder ${name}`)
  }

  #refers(kind: DocumentKind, id: string, path: string, known: { has(name: string): boolean }, name: string): void {
    if (!known.has(name)) this.#report(kind, id, path, `there is no ${name}`)
  }

  #currency(kind: DocumentKind, id: string, currency: string): void {
    if (minorDigits(currency) === undefined) this.#report(kind, id, 'currency', 'must be an ISO 4217 currency code')
  }

  #timeZone(kind: DocumentKind, id: string, path: string, timeZone: string): void {
    try {
      new Intl.DateTimeFormat('en', { timeZone })
    } catch {
      this.#report(kind, id, path, 'must be an IANA time zone')
    }
  }

  #report(kind: DocumentKind, id: string, path: string, message: string): void {
    this.#problems.push({ kind, id, origin: this.#origins.get(`${kind} ${id}`) ?? '', path, message })
  }
}
