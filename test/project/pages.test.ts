/** No page without somebody who looks at it: every path of the application stands in the list that axe walks, or says which test looks at it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RouteConfigEntry } from '@react-router/dev/routes'
import { expect, test } from 'vitest'
import routes from '#app/routes.ts'
import { ELSEWHERE, PAGES } from '#test/e2e/pages.ts'

/** The paths that answer with a page: a resource has no JSX. */
function pathsOf(entries: readonly RouteConfigEntry[], above = ''): string[] {
  return entries.flatMap(entry => {
    const path = entry.path === undefined ? above : `${above}/${entry.path}`
    return entry.children ? pathsOf(entry.children, path) : entry.file.endsWith('.tsx') ? [path === '' ? '/' : path] : []
  })
}

test('every page is walked by axe', async () => {
  const paths = pathsOf(await routes)
  expect(paths.length).toBeGreaterThan(40)
  expect(paths.filter(path => !(path in PAGES) && !(path in ELSEWHERE))).toEqual([])
})

test('the list names no page that is gone, and every test it points to looks with axe', async () => {
  const paths = new Set(pathsOf(await routes))
  expect([...Object.keys(PAGES), ...Object.keys(ELSEWHERE)].filter(path => !paths.has(path))).toEqual([])
  for (const spec of new Set(Object.values(ELSEWHERE))) expect(readFileSync(join('test/e2e', spec), 'utf8'), spec).toMatch(/AxeBuilder|expectAccessible/)
})
