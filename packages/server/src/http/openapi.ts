import { z } from 'zod'
import type { ProblemCode } from '@coatcheck/client/protocol'
import { isSafeMethod } from '../core/request-trust/fetch-metadata.ts'
import { PROBLEMS } from './problem.ts'
import type { AnyRoute, AnswerDescription } from './route.ts'
import { problemSchema } from './schemas.ts'
import type { Fields, Schema } from './type-text.ts'

type Json = Record<string, unknown>

/** As much of an OpenAPI document as pages are made of. */
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Fields }
}

/** One request and its answers, as OpenAPI has them. */
export interface Operation {
  readonly security?: unknown
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema?: Schema }>> }>>
}

/** The operation that a route of the table has become. */
export function operationOf(document: OpenApi, { method, path }: AnyRoute): Operation {
  const found = document.paths[pathTemplate(path)]?.[method.toLowerCase()]
  if (found === undefined) throw new Error(`unreachable: OpenAPI has no ${method} ${path}`)
  return found
}

/** `:name` as OpenAPI writes it. */
function pathTemplate(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}')
}

/** Problems that any request of the API may meet; those that change something, and those with a body, a few more. */
const COMMON_PROBLEMS: readonly ProblemCode[] = ['busy', 'store-unavailable', 'internal-error']
const UNSAFE_PROBLEMS: readonly ProblemCode[] = ['origin-not-allowed', 'unsupported-media-type']
const BODY_PROBLEMS: readonly ProblemCode[] = ['invalid-request', 'payload-too-large']

/** The problems that a route may answer with, in the order of their status. */
export function problemsOf(route: AnyRoute): readonly ProblemCode[] {
  const common = route.path.startsWith('/v1/') ? COMMON_PROBLEMS : []
  const unsafe = isSafeMethod(route.method) ? [] : UNSAFE_PROBLEMS
  const codes = new Set([...route.problems, ...(route.body === undefined ? [] : BODY_PROBLEMS), ...unsafe, ...common])
  return [...codes].toSorted((left, right) => PROBLEMS[left].status - PROBLEMS[right].status)
}

/**
 * The route table as an OpenAPI 3.1 document; its schemas are the very ones that validate requests.
 *
 * @see https://spec.openapis.org/oas/v3.1.1
 */
export function openApi(routes: readonly AnyRoute[], serverUrl: string): OpenApi {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = pathTemplate(route.path)
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return shareDefinitions({
    openapi: '3.1.1',
    info: {
      title: 'Coatcheck',
      version: '1',
      description: 'Sessions and sign-in for front-ends and back-ends that live apart. Send requests with credentials.',
    },
    servers: [{ url: serverUrl }],
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-Http-session',
          description: 'Set by the server only; its name depends on where the front-end lives.',
        },
      },
    },
  })
}

/** Moves the definitions that each schema brings along to the one place where the whole document finds them. */
function shareDefinitions(document: Json & { readonly components: Json }): OpenApi {
  const schemas: Json = {}
  const shared = JSON.parse(JSON.stringify(document), (key, value: unknown) => {
    if (key === '$ref') return String(value).replace('#/$defs/', '#/components/schemas/')
    if (key !== '$defs') return value
    Object.assign(schemas, value)
    return undefined
  }) as typeof document
  return { ...shared, components: { ...shared.components, schemas } } as unknown as OpenApi
}

function operation(route: AnyRoute): Json {
  const parameters = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const needsSession = route.problems.includes('not-signed-in')
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(needsSession ? { security: [{ session: [] }] } : {}),
    ...(route.body === undefined
      ? {}
      : {
          requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body, 'input') } } },
        }),
    responses: { ...goodAnswers(route), ...problemAnswers(route) },
  }
}

function goodAnswers(route: AnyRoute): Json {
  return Object.fromEntries(Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer)]))
}

function answerOf({ description, schema, contentType }: AnswerDescription): Json {
  if (schema !== undefined)
    return { description, content: { 'application/json': { schema: schemaOf(schema, 'output') } } }
  return contentType === undefined ? { description } : { description, content: { [contentType]: {} } }
}

/** One answer a status; the codes that share it are named in its description. */
function problemAnswers(route: AnyRoute): Json {
  const byStatus = Map.groupBy(problemsOf(route), (code) => PROBLEMS[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: schemaOf(problemSchema, 'output') } },
      },
    ]),
  )
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, reused: 'inline' }) as Json
  return json
}
