import fc from 'fast-check'
import Papa from 'papaparse'
import { expect, test } from 'vitest'
import { csvLines, neutralise } from '#app/exports/csv.ts'

test.each([
  ['=1+1', `'=1+1`], ['+1+1', `'+1+1`], ['-1+1', `'-1+1`], ['@SUM(A1)', `'@SUM(A1)`], ['\t=1', `'\t=1`], ['\r=1', `'\r=1`], ['\n=1', `'\n=1`], [' =1', `' =1`], ['＝1+1', `'＝1+1`], ['\u00A0@x', `'\u00A0@x`],
  ['=HYPERLINK("http://x","y")', `'=HYPERLINK("http://x","y")`], ['-', `'-`], ['+49 41 555', `'+49 41 555`],
  ['-12.50', '-12.50'], ['-7', '-7'], ['PO-4711', 'PO-4711'], ['a=b', 'a=b'], ['', ''], [null, ''], [-5, '-5'], [false, 'false'],
])('%j becomes %j', (cell, written) => {
  expect(neutralise(cell)).toBe(written)
})

test('RFC 4180: quotes, commas and line breaks inside cells; CRLF after each line', () => {
  expect(csvLines([['a', 'b "c"', 'd,e'], ['f\ng', null, 1]])).toBe('a,"b ""c""","d,e"\r\n"f\ng",,1\r\n')
  expect(csvLines([])).toBe('')
})

test('whatever the cells hold: read back, every cell is there, and none begins a formula', () => {
  const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[\t\r\n =+@"',;-]{0,6}$/))
  fc.assert(fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 8 }), rows => {
    const text = csvLines(rows)
    const read = Papa.parse<string[]>(text, { newline: '\r\n', delimiter: ',' }).data.slice(0, -1)
    expect(read).toHaveLength(rows.length)
    for (const [index, row] of rows.entries()) {
      for (const [column, original] of row.entries()) {
        const got = read[index]![column]!
        expect(got.replace(/^'/, '') === original.replace(/^'/, '') || got === original).toBe(true)
        if (!/^-?\d+(\.\d+)?$/.test(got)) expect(got).not.toMatch(/^\s*[=+\-@]/)
      }
    }
  }), { numRuns: 500 })
})
