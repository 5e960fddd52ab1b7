import { operationOf, problemsOf, type OpenApi } from '../openapi.ts'
import { PROBLEMS } from '../problem.ts'
import { BODY_LIMIT } from '../body-limit.ts'
import type { AnyRoute } from '../route.ts'
import { fieldsOf, sentence, typeOf } from '../type-text.ts'
import { escape, marked, page } from './page.ts'

/** The route table for people: every request, what it takes and what comes back, the types and the problems. */
export function referencePage(routes: readonly AnyRoute[], document: OpenApi): string {
  const types = Object.entries(document.components.schemas).map(([type, schema]) => `type ${type} = ${typeOf(schema)}`)
  const problems = Object.entries(PROBLEMS).map(
    ([code, { status, title }]) =>
      `<dt>${problemLink(code)} <span class="quiet">${status}</span></dt><dd>${escape(title)}</dd>`,
  )
  return page(
    'Coatcheck: the HTTP API',
    `<h1>The HTTP API</h1>
<p>JSON in, JSON out. The session is in a cookie that only the server sets and JavaScript cannot read: send requests with
<code>credentials: "include"</code>. A body has ${BODY_LIMIT.toLocaleString('en')} bytes at most. Errors are
<code>application/problem+json</code> with a stable <code>code</code>. For programs: <a href="/openapi.json">OpenAPI</a>.</p>
<nav aria-label="Requests"><ul>${routes.map((route) => `<li><a href="#${anchor(route)}"><code>${name(route)}</code></a></li>`).join('')}</ul></nav>
${routes.map((route) => section(route, document)).join('\n')}
<h2 id="types">Types</h2>
<pre tabindex="0">${escape([`/** ISO 8601 in UTC */\ntype Instant = string`, ...types].join('\n\n'))}</pre>
<h2 id="problems">Problems</h2>
<dl>${problems.join('')}</dl>`,
  )
}

function section(route: AnyRoute, document: OpenApi): string {
  const { requestBody, responses } = operationOf(document, route)
  const fields = requestBody === undefined ? [] : fieldsOf(requestBody.content['application/json'].schema)
  const answers = Object.entries(route.answers).map(([status, { description }]) => {
    const schema = responses[status]?.content?.['application/json']?.schema
    const type = schema === undefined ? '' : ` <code class="quiet">${escape(typeOf(schema))}</code>`
    return `<dt><code>${status}</code></dt><dd>${marked(description)}${type}</dd>`
  })
  const problems = problemsOf(route).map(problemLink)
  return `<section id="${anchor(route)}"><h2><span class="method">${route.method}</span> ${escape(route.path)}</h2>
<p>${marked(sentence(route.summary))} ${marked(route.description ?? '')}</p>
${fields.length === 0 ? '' : `<h3>Body</h3><dl>${fields.map(field).join('')}</dl>`}
<h3>Answer</h3><dl>${answers.join('')}${problems.length === 0 ? '' : `<dt>Problems</dt><dd>${problems.join(', ')}</dd>`}</dl></section>`
}

function field({ name: fieldName, type, required, description }: ReturnType<typeof fieldsOf>[number]): string {
  const need = required ? '' : ' May be left out.'
  return `<dt><code>${escape(fieldName)}</code></dt><dd><code class="quiet">${escape(type)}</code> ${marked(description)}${need}</dd>`
}

function problemLink(code: string): string {
  return `<a href="/problems/${code}"><code>${code}</code></a>`
}

function name(route: AnyRoute): string {
  return `${route.method} ${escape(route.path)}`
}

/** A place on the page that links can name: `post-v1-sign-up`. */
function anchor({ method, path }: AnyRoute): string {
  return `${method}${path}`.toLowerCase().replace(/\W+/g, '-').replace(/-$/, '')
}
