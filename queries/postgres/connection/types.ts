import { types } from 'pg'

type Parser = (value: string) => unknown

/** Object ids of PostgreSQL's built-in types and of their arrays, from its catalogue `pg_type.dat`. */
const asText = { types: [1082, 1114, 1186, 1700], arrays: [1182, 1115, 1187, 1231] } // date, timestamp, interval, numeric
const int8 = 20
const int8Array = 1016
const textArray = 1009

/**
 * How values come back, the same from either database since both go through `pg`:
 * int8 → number while it is exact, else a string (counts are numbers, nothing is ever rounded);
 * numeric, date, interval, timestamp without zone → the database's own text; timestamptz → Date; json → parsed.
 * Arrays hold the same as their elements.
 */
export const typeParsers = {
  getTypeParser(id: number, format: 'text' | 'binary' = 'text'): Parser {
    const texts = parserOf(textArray, 'text') as (value: string) => unknown[]
    if (format === 'text') {
      if (id === int8) return readInt8
      if (id === int8Array) return (value) => texts(value).map((item) => (typeof item === 'string' ? readInt8(item) : item))
      if (asText.types.includes(id)) return (value) => value
      if (asText.arrays.includes(id)) return texts
    }
    return parserOf(id, format)
  },
}

/** pg's own parser; its types list the scalar ones only. */
function parserOf(id: number, format: 'text' | 'binary'): Parser {
  return (types.getTypeParser as (id: number, format: 'text' | 'binary') => Parser)(id, format)
}

/** An int8 as a number if that is exact, else as its digits. */
export function readInt8(text: string): number | string {
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : text
}
