/** The OpenAPI 3.1 document of the API, generated from the same declarations that the server runs. */
import { z } from 'zod'
import { PROBLEM_CODES, problemBody } from './problem.ts'
import type { ApiRoute } from './define-route.ts'

type Json = Record<string, unknown>

/** The document. `version` is the product's. */
export function openApiDocument(routes: readonly ApiRoute[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) paths[`/api/v1${route.path}`] = { ...paths[`/api/v1${route.path}`], [route.method]: operation(route) }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Signalbox', version,
      description: 'Read what happened and what is wrong, act on it. People come with a session, programs with a service key; both see their scope only. Ingestion is under /v1.',
    },
    servers: [{ url: '/' }],
    security: [{ serviceKey: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        serviceKey: { type: 'http', scheme: 'bearer', description: 'A service key, sbx_…' },
        session: { type: 'apiKey', in: 'cookie', name: 'signalbox.session_token' },
      },
      schemas: { problem: schemaOf(problemBody, 'output') },
      responses: {
        problem: { description: `RFC 9457 problem details; \`code\` is one of ${Object.keys(PROBLEM_CODES).join(', ')}`, content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/problem' } } } },
      },
    },
  }
}

function operation(route: ApiRoute): Json {
  const responses: Record<string, Json> = {
    [route.status]: { description: 'OK', content: route.answer === null ? {} : { 'application/json': { schema: schemaOf(route.answer, 'output') } } },
    default: { $ref: '#/components/responses/problem' },
  }
  for (const [status, contents] of Object.entries(route.also)) {
    const content = Object.fromEntries(Object.entries(contents).map(([type, schema]) => [type, { schema: schema === null ? { type: 'string' } : schemaOf(schema, 'output') }]))
    responses[status] = { description: status === '300' ? 'Several things go by this name' : 'OK', content: { ...((responses[status]?.content ?? {}) as Json), ...content } }
  }
  const body = route.method === 'post' ? { requestBody: { required: !route.body.safeParse(undefined).success, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } } } : {}
  return {
    operationId: route.id, summary: route.summary, 'x-signalbox-act': route.act,
    parameters: [...parameters(route.params, 'path'), ...parameters(route.query, 'query'), ...(route.method === 'post' ? ACTING_HEADERS : [])],
    ...body, responses,
  }
}

const ACTING_HEADERS = [
  { name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 200 }, description: 'The same key with the same request gives the same answer again' },
  { name: 'If-Match', in: 'header', required: false, schema: { type: 'string' }, description: 'The version acted on; another one by now is 409' },
]

function parameters(schema: z.ZodObject, place: 'path' | 'query'): Json[] {
  const document = schemaOf(schema, 'input') as { properties?: Record<string, Json>; required?: string[] }
  return Object.entries(document.properties ?? {}).map(([name, property]) => ({
    name, in: place, required: place === 'path' || (document.required ?? []).includes(name), schema: property,
    ...(property.type === 'array' ? { style: 'form', explode: true } : {}),
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
