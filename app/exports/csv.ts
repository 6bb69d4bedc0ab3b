/** CSV as RFC 4180 has it, with cells that a spreadsheet would run made harmless. */
import Papa from 'papaparse'

export type Cell = string | number | boolean | null

/** Marks the text as UTF-8 for spreadsheets that guess otherwise. */
export const BYTE_ORDER_MARK = '\uFEFF'

/**
 * What a spreadsheet takes for a formula: `= + - @` and their full-width forms, also behind white space, and a leading tab or line
 * break (OWASP, "CSV Injection").
 */
const HOSTILE = /^(?:[\t\r\n]|\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/u
/** A plain number is only a number: amounts stay usable. */
const NUMBER = /^-?\d+(?:\.\d+)?$/

/** The cell as it is written: a hostile text gets an apostrophe in front, as spreadsheets themselves mark text. */
export function neutralise(cell: Cell): string {
  if (cell === null) return ''
  const text = String(cell)
  return HOSTILE.test(text) && !NUMBER.test(text) ? `'${text}` : text
}

/** Lines with CRLF at the end of each; empty for no rows. */
export function csvLines(rows: readonly (readonly Cell[])[]): string {
  return rows.length === 0 ? '' : `${Papa.unparse(rows.map(row => row.map(neutralise)), { newline: '\r\n', header: false })}\r\n`
}

/** A column: its heading and what stands in it. */
export type Column<T> = readonly [heading: string, cell: (row: T) => Cell]

/** The heading line of columns. */
export const csvHead = <T>(columns: readonly Column<T>[]): string => csvLines([columns.map(([heading]) => heading)])
/** The lines of rows. */
export const csvBody = <T>(columns: readonly Column<T>[], rows: readonly T[]): string => csvLines(rows.map(row => columns.map(([, cell]) => cell(row))))
