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

/** Expressions over the rows of the source: what to group by, which amounts are one, since when a row counts, which are late. */
export interface FigureExpressions { value: string; amountKey: string; since: string; late: string }

/**
 * A figure per group over `source` (table and condition, from this folder's own fragments). Where one amount is mentioned with
 * different values, the largest counts.
 */
export function moneySql({ value, amountKey, since, late }: FigureExpressions, source: string): string {
  return `
    SELECT value, sum(rows_) AS count, sum(late_) AS late, sum(bare_) AS withoutAmount, toString(min(oldest_)) AS oldest,
      arraySort(groupArrayIf((currency_, toString(minor_)), currency_ != '')) AS money
    FROM (
      SELECT value, currency_, sum(rows_) AS rows_, sum(late_) AS late_, sum(bare_) AS bare_, min(oldest_) AS oldest_, sum(amount_) AS minor_
      FROM (
        SELECT ${value} AS value, if(isNull(amount_minor), '', toString(currency)) AS currency_, if(isNull(amount_minor), '', ${amountKey}) AS key_,
          count() AS rows_, countIf(${late}) AS late_, countIf(isNull(amount_minor)) AS bare_, min(${since}) AS oldest_, toInt128(max(ifNull(amount_minor, 0))) AS amount_
        FROM ${source}
        GROUP BY value, currency_, key_)
      GROUP BY value, currency_)
    GROUP BY value`
}

/** A row as a figure; no row is a real zero. */
export function toFigure(row: z.infer<typeof figureRow> | undefined): Figure {
  if (!row) return { count: 0, late: 0, money: [], withoutAmount: 0, oldest: null }
  return { count: row.count, late: row.late, money: row.money.map(([currency, minor]) => fromMinor(minor, currency)), withoutAmount: row.withoutAmount, oldest: row.oldest }
}
