/** The scanner against JSON.parse, over any JSON in any spelling. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { batchPieces } from '#ingest/pipeline/decode.ts'
import { arrayElements, memberAt, nextMember, parseExact, scanValue, skipSpace } from '#ingest/pipeline/json-scan.ts'

const spacing = fc.constantFrom(undefined, 0, 1, '\t', ' \t')
const textOf = (value: unknown, space: string | number | undefined) => Buffer.from(JSON.stringify(value, null, space))

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

it('finds each element of an array and how deep it is', () => {
  fc.assert(fc.property(fc.array(fc.jsonValue()), spacing, (values, space) => {
    const text = textOf(values, space)
    const spans = [...arrayElements(text, 0)]
    const sent = JSON.parse(text.toString()) as unknown[]
    expect(spans.map(span => JSON.parse(text.toString('utf8', span.start, span.end)) as unknown)).toEqual(sent)
    expect(spans.map(span => span.depth)).toEqual(sent.map(depthOf))
  }))
})

it('finds each member of an object', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spacing, (value, space) => {
    const text = textOf(value, space)
    const members: [string, unknown][] = []
    for (let at = skipSpace(text, 1); at !== -1;) {
      const member = memberAt(text, at)
      if (!member) break
      const { start, end } = scanValue(text, member.value)
      members.push([member.name, JSON.parse(text.toString('utf8', start, end))])
      at = nextMember(text, end)
    }
    expect(members).toEqual(Object.entries(JSON.parse(text.toString()) as object))
  }))
})

it('ends, and stays inside the text, whatever the bytes are', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom(...'[]{},:"\\ \n1ae'.split(''))).map(parts => `[${parts.join('')}`), garbage => {
    const text = Buffer.from(garbage)
    for (const piece of batchPieces(text)) {
      expect(piece.start).toBeGreaterThanOrEqual(0)
      expect(piece.end).toBeLessThanOrEqual(text.length)
    }
    expect(scanValue(text, skipSpace(text, 0)).end).toBeLessThanOrEqual(text.length)
  }), { numRuns: 500 })
})

it('does not recurse: a million levels', () => {
  expect(scanValue(Buffer.from('['.repeat(1_000_000)), 0).depth).toBe(1_000_000)
})

describe('exact numbers', () => {
  it('parses as JSON.parse does, but for numbers that would lose digits', () => {
    fc.assert(fc.property(fc.jsonValue(), value => {
      const text = JSON.stringify(value)
      expect(JSON.stringify(parseExact(text)).replaceAll('"', '')).toBe(JSON.stringify(JSON.parse(text)).replaceAll('"', ''))
    }))
  })
  it.each([['9007199254740991', 9007199254740991], ['9007199254740993', '9007199254740993'], ['-12345678901234567890', '-12345678901234567890'], ['1e400', '1e400'], ['1e3', 1000], ['0.1', 0.1], ['1284.50', 1284.5], ['0.12345678901234567', '0.12345678901234567']])('%s', (text, value) => {
    expect(parseExact(`{"a":[${text}]}`)).toEqual({ a: [value] })
    expect(parseExact(text)).toEqual(value)
  })
})
