import { openApi, type OpenApi } from '../openapi.ts'
import { problemPage } from '../pages/problem-page.ts'
import { referencePage } from '../pages/reference-page.ts'
import { PROBLEMS, problem } from '../problem.ts'
import { route, type AnyRoute } from '../route.ts'

const html = (description: string) => ({ 200: { description, contentType: 'text/html' } })

/** `GET /problems/:code`: what a problem means and what to do. */
export const problemRoute = route({
  method: 'GET',
  path: '/problems/:code',
  summary: 'What a problem means, and what to do about it',
  answers: html('A page for people.'),
  problems: ['not-found'],
  handle({ params }) {
    const kind = Object.entries(PROBLEMS).find(([code]) => code === params['code'])
    return Promise.resolve(kind === undefined ? problem('not-found') : { status: 200, html: problemPage(...kind) })
  },
})

/** `GET /openapi.json` and `GET /docs`: the route table, these two included, for machines and for people. */
export function documentRoutes(routes: readonly AnyRoute[], serverUrl: string): readonly AnyRoute[] {
  // Made when first asked for, and kept: the table does not change.
  let document: OpenApi | undefined
  let page: string | undefined
  const all = (): readonly AnyRoute[] => [...routes, openApiRoute, docsRoute]
  const describe = (): OpenApi => (document ??= openApi(all(), serverUrl))
  const openApiRoute: AnyRoute = route({
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    answers: { 200: { description: 'Made from the schemas that validate requests.' } },
    problems: [],
    handle: () => Promise.resolve({ status: 200, json: describe() }),
  })
  const docsRoute: AnyRoute = route({
    method: 'GET',
    path: '/docs',
    summary: 'This API as a page to read',
    answers: html('A page for people.'),
    problems: [],
    handle: () => Promise.resolve({ status: 200, html: (page ??= referencePage(all(), describe())) }),
  })
  return [openApiRoute, docsRoute]
}
