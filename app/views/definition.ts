/** What a business view is: data, so that every view is the same page over its own part of the catalogue. */
import type { Headline } from '#queries/catalogue/schema.ts'
import type { ViewFilter } from '#queries/clickhouse/views/filter.ts'

/** A part of the view worth a figure of its own; its filter goes into the address when it is followed. */
export interface ViewCut { key: string; name: string; definition: string; filter: Pick<Partial<ViewFilter>, 'step' | 'kind' | 'objectType' | 'status' | 'criticality'> }

/** A step of the pipeline: a milestone, and the type of object that is counted there. */
export interface StageDefinition { milestone: string; object: string }

export interface ViewDefinition {
  /** its path without the slash, and its name in the export's address */
  id: string
  title: string
  /** what one row is about, for counts: `purchase order` */
  noun: { one: string; many: string }
  /** Name and definition of the figure at the head, where no headline of the catalogue is it. */
  figure: { name: string; definition: string }
  /** The headline whose filter is this view's default, so that tile, badge, list and mail are one number; null: `defaults` alone. */
  headline: Headline['key'] | null
  /** What the page shows where the address does not say otherwise; a headline's filter goes before it. */
  defaults: Partial<ViewFilter>
  /** What belongs to the page at all. A filter in the address stays inside; anything else is a 400. */
  within: { process: readonly string[]; objectType: readonly string[]; step?: readonly string[] }
  cuts: readonly ViewCut[]
  /** The pipeline in order; empty for a view without one. */
  stages: readonly StageDefinition[]
  /** What the other side is called here: `Supplier`. */
  counterparty: string
}

/** Windows over which the pipeline counts what was reached, in days. */
export const VIEW_WINDOWS = { '7d': 7, '30d': 30, '90d': 90 } as const
export type ViewWindow = keyof typeof VIEW_WINDOWS
