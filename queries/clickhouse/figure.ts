/** A figure over rows with amounts: count, money per currency, oldest. Money counts each business amount once per currency. */
import { z } from 'zod'
import { fromMinor } from '../model/money.ts'
import type { Money } from '../model/money.ts'

/** `late`: how many of the count are past due, where that is asked. `withoutAmount`: rows that carry no money. */
export interface Figure { count: number; late: number; money: Money[]; withoutAmount: number; oldest: string | null }

export const figureRow = z.object({
  value: z.string(), count: z.coerce.number(), late: z.coerce.number(), withoutAmount: z.coerce.number(),
  oldest: z.string().transform(text => `${text.replace(' ', 'T')}Z`), money: z.array(z.tuple([z.string(), z.string()])),
})

/**
 * Expressions over the rows of the source: what to group by (null: all is one figure), which mentions are one amount (`amountKey`, a
 * text, per currency; or `amountOf`, a UInt64 that stands for text and currency), since when a row counts, which rows are late.
 */
export type FigureExpressions = { value: string | null; since: string; late: string } & ({ amountKey: string } | { amountOf: string })

/** A currency as a number, since groups of numbers are made several times faster than groups of text; 0 is none. */
const CODE = 'CAST(reinterpretAsUInt32(toString(currency)) AS UInt32)'

/**
 * A figure per group over `source` (table and condition, from this folder's own fragments). Where one amount is mentioned with
 * different values, the largest counts.
 */
export function moneySql(expressions: FigureExpressions, source: string): string {
  const { value, since, late } = expressions
  const amountOf = 'amountOf' in expressions ? expressions.amountOf : `cityHash64(toString(currency), ${expressions.amountKey})`
  const by = (name: string) => (value === null ? '' : `${name}, `)
  return `
    SELECT ${value === null ? `''` : 'value_'} AS value, sum(rows_) AS count, sum(late_) AS late, sum(bare_) AS withoutAmount, toString(min(oldest_)) AS oldest,
      arraySort(groupArrayIf((reinterpretAsString(code_), toString(minor_)), code_ != 0)) AS money
    FROM (
      SELECT ${by('value_')}code_, sum(rows_) AS rows_, sum(late_) AS late_, sum(bare_) AS bare_, min(oldest_) AS oldest_, sum(toInt128(amount_)) AS minor_
      FROM (
        SELECT ${by(`${value} AS value_`)}if(isNull(amount_minor), 0, ${amountOf}) AS key_, max(if(isNull(amount_minor), 0, ${CODE})) AS code_,
          count() AS rows_, ${late === '0' ? '0' : `countIf(${late})`} AS late_, countIf(isNull(amount_minor)) AS bare_, min(${since}) AS oldest_, max(ifNull(amount_minor, 0)) AS amount_
        FROM ${source}
        GROUP BY ${by('value_')}key_)
      GROUP BY ${by('value_')}code_)
    GROUP BY value HAVING count > 0`
}

/** A row as a figure; no row is a real zero. */
export function toFigure(row: z.infer<typeof figureRow> | undefined): Figure {
  if (!row) return { count: 0, late: 0, money: [], withoutAmount: 0, oldest: null }
  return { count: row.count, late: row.late, money: row.money.map(([currency, minor]) => fromMinor(minor, currency)), withoutAmount: row.withoutAmount, oldest: row.oldest }
}
