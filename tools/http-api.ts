/** Writes docs/http-api.md from the route table; a part of `npm run build`. */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { BODY_LIMIT } from '../packages/server/src/http/body-limit.ts'
import { openApi, type Operation, operationOf, problemsOf } from '../packages/server/src/http/openapi.ts'
import { PROBLEMS } from '../packages/server/src/http/problem.ts'
import type { AnyRoute } from '../packages/server/src/http/route.ts'
import { routeTable } from '../packages/server/src/http/routes/table.ts'
import { type Fields, fieldsOf, type Schema, sentence, typeOf } from '../packages/server/src/http/type-text.ts'

/** Where the page is, from the repository's root. */
export const HTTP_API_PAGE = 'docs/http-api.md'

/** The server of the examples: `npm run serve`, as it comes. */
export const EXAMPLE_SERVER = 'http://localhost:4000'

const WIDTH = 120

/** What the examples send, by field. */
const EXAMPLES: Readonly<Record<string, string>> = {
  email: 'ada@example.com',
  identifier: 'ada@example.com',
  password: 'a quiet place by the sea',
}

/** What stands in the examples for a part of the path. */
const EXAMPLE_PARTS: Readonly<Record<string, string>> = { id: '$SESSION_ID', code: 'not-signed-in' }

/** Every route with an example of its use, for the test that runs them. */
export function exampleCommands(): readonly { readonly route: AnyRoute; readonly command: string }[] {
  const { routes, operation } = readTable()
  return routes.map((route) => ({ route, command: exampleOf(route, operation(route)) }))
}

/** The page: every route, the types they share, and every problem. */
export function httpApiPage(): string {
  const { routes, operation, api } = readTable()
  const sections = routes.map((route) => routeSection(route, operation(route)))
  return `${[INTRODUCTION, ...sections, typesSection(api.components.schemas), problemsSection()].join('\n\n')}\n`
}

function readTable() {
  const routes = routeTable(EXAMPLE_SERVER)
  const api = openApi(routes, EXAMPLE_SERVER)
  return { routes, api, operation: (route: AnyRoute): Operation => operationOf(api, route) }
}

const INTRODUCTION = `# The HTTP API

This page is made from the route table by \`npm run build\`, and a test fails when it is out of date. To change it, change
the routes in \`packages/server/src/http/routes/\`. A running server has the same at \`/docs\`, and at \`/openapi.json\`.

JSON in, JSON out. The session is in a cookie that only the server sets: a page sends its requests with
\`credentials: 'include'\`. A body is \`application/json\` of at most ${BODY_LIMIT.toLocaleString('en')} bytes. Instants are ISO 8601 in UTC. Every error
is \`application/problem+json\` with a stable \`code\`. Where a path is known but the method is not, the answer is 405; where
the server made a mistake, 500 \`internal-error\`.

The examples run against \`npm run serve\`. They keep the cookie in a file named \`cookies\`. A request that changes something
and carries the cookie must say from where it comes, so those send an \`Origin\`, as a browser does by itself.
\`$SESSION_ID\` is the \`session.id\` of an earlier answer.`

function routeSection(route: AnyRoute, operation: Operation): string {
  const body = operation.requestBody?.content['application/json'].schema
  const parts = [
    `## ${route.method} ${route.path}`,
    wrapped(`${sentence(route.summary)} ${route.description ?? ''}`.trim()),
  ]
  if (body !== undefined) parts.push(table(['field', 'type', ''], fieldRows(body)))
  const answers = Object.entries(route.answers).map(([status, { description }]) => {
    const schema = operation.responses[status]?.content?.['application/json']?.schema
    if (schema === undefined) return [`\`${status}\``, description, '']
    return [`\`${status}\``, description, `\`${typeOf(schema).replaceAll('|', '\\|')}\``]
  })
  parts.push(table(['status', 'answer', 'body'], answers))
  const problems = problemsOf(route).map((code) => `\`${code}\` ${PROBLEMS[code].status}`)
  if (problems.length > 0) parts.push(wrapped(`[Problems](#problems): ${problems.join(', ')}.`))
  parts.push(`\`\`\`sh\n${exampleOf(route, operation)}\n\`\`\``)
  return parts.join('\n\n')
}

/** A paragraph in lines of the house's width. */
function wrapped(text: string): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = [...lines.splice(-1), word].join(' ')
    if (longer.length > WIDTH) lines.push(longer.slice(0, -word.length - 1), word)
    else lines.push(longer)
  }
  return lines.join('\n')
}

function fieldRows(schema: Schema): string[][] {
  return fieldsOf(schema).map(({ name, type, required, description }) => {
    const note = [required ? '' : 'May be left out.', description].filter((text) => text !== '').join(' ')
    return [`\`${name}\``, `\`${type.replaceAll('|', '\\|')}\``, note]
  })
}

function exampleOf(route: AnyRoute, { requestBody, security }: Operation): string {
  const url = `${EXAMPLE_SERVER}${route.path.replace(/:(\w+)/g, (_, name: string) => exampleFor(EXAMPLE_PARTS, name))}`
  const words = ['curl']
  if (requestBody !== undefined) {
    const { schema } = requestBody.content['application/json']
    const names = fieldsOf(schema).flatMap(({ name, required: needed }) => (needed ? [name] : []))
    const body = JSON.stringify(Object.fromEntries(names.map((name) => [name, exampleFor(EXAMPLES, name)])))
    return `curl ${url} --cookie-jar cookies \\\n  --json '${body}'`
  }
  if (route.method !== 'GET') words.push(`-X ${route.method}`)
  words.push(url)
  const usesCookie = security !== undefined || /^\/v1\/(?:session|sign-out)$/.test(route.path)
  if (usesCookie) words.push('--cookie cookies')
  if (route.method !== 'GET') words.push(`-H 'Origin: ${EXAMPLE_SERVER}'`)
  return words.join(' ')
}

function exampleFor(examples: Readonly<Record<string, string>>, name: string): string {
  const example = examples[name]
  if (example === undefined) throw new Error(`tools/http-api.ts has no example for "${name}": add one.`)
  return example
}

function typesSection(shared: Fields): string {
  const types = Object.entries(shared).map(([name, schema]) => `type ${name} = ${typeOf(schema)}`)
  return `## Types\n\n\`\`\`ts\n/** ISO 8601 in UTC */\ntype Instant = string\n\n${types.join('\n\n')}\n\`\`\``
}

function problemsSection(): string {
  const rows = Object.entries(PROBLEMS).map(([code, { status, title, remedy }]) => [
    `\`${code}\``,
    String(status),
    `${title}. ${remedy}`,
  ])
  return `## Problems\n\n${table(['code', 'status', 'what it means, and what to do'], rows)}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row))].join('\n')
}

/** Writes the page into the repository at `root`. */
export function writeHttpApiPage(root: string): void {
  writeFileSync(path.join(root, HTTP_API_PAGE), httpApiPage())
}
