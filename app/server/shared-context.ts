import { createContext, type RouterContext } from 'react-router'

/**
 * A load context of this name, one in the process: the server runs from source and the pages from their build, which has its own copy
 * of every module, and a context is known by its identity. Without `initial`, reading it before it is set throws.
 */
export function sharedContext<T>(name: string, initial?: T): RouterContext<T> {
  const registry = globalThis as unknown as Record<symbol, RouterContext<T> | undefined>
  const key = Symbol.for(`signalbox.context.${name}`)
  const known = registry[key]
  if (known) return known
  const made = initial === undefined ? createContext<T>() : createContext<T>(initial)
  registry[key] = made
  return made
}
