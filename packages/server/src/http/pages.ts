import { createHash } from 'node:crypto'
import { PROBLEMS, type ProblemKind } from './problem.ts'
import { problemsOf } from './openapi.ts'
import type { AnyRoute } from './route.ts'
import { BODY_LIMIT } from './read-json.ts'
import { z } from 'zod'

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8d3c8, #3a3834); --quiet: light-dark(#625c50, #a8a294); --accent: light-dark(#7a3b12, #e8a868) }
body { max-width: 46rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; font: 1rem/1.6 system-ui, sans-serif; background: light-dark(#fbf9f4, #1b1a18); color: light-dark(#24211b, #ece8df) }
h1 { font-size: 1.6rem; line-height: 1.25; text-wrap: balance } h2 { font-size: 1.1rem; margin: 2.5rem 0 .25rem; padding-top: 1.25rem; border-top: 1px solid var(--line); overflow-wrap: anywhere }
code, h2 { font-family: ui-monospace, monospace } code { font-size: .92em; overflow-wrap: anywhere } p, ul { margin: .5rem 0 } li { margin: .15rem 0 }
a { color: var(--accent) } .quiet { color: var(--quiet) } .method { color: var(--accent); font-weight: 700 }
`

/** The Content-Security-Policy of these pages: one style sheet, no script, no frame around them. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`

/** The page that a problem's `type` leads to. */
export function problemPage(code: string, { status, title, remedy }: ProblemKind): string {
  return page(
    title,
    `<p class="quiet"><code>${escape(code)}</code> · status ${status}</p>
<h1>${escape(title)}</h1>
<p>${marked(remedy)}</p>
<p><a href="/docs">All requests and answers</a></p>`,
  )
}

/** The route table for people. */
export function referencePage(routes: readonly AnyRoute[]): string {
  const problems = Object.entries(PROBLEMS).map(
    ([code, kind]) =>
      `<li><a href="/problems/${code}"><code>${code}</code></a> <span class="quiet">${kind.status}</span> ${escape(kind.title)}</li>`,
  )
  return page(
    'Coatcheck: the HTTP API',
    `<h1>The HTTP API</h1>
<p>JSON in, JSON out. The session is in a cookie that only the server sets and JavaScript cannot read: send requests with
<code>credentials: "include"</code>. A body has ${BODY_LIMIT.toLocaleString('en')} bytes at most. Errors are
<code>application/problem+json</code> with a stable <code>code</code>. For programs: <a href="/openapi.json">OpenAPI</a>.</p>
${routes.map(section).join('\n')}
<h2>Problems</h2><ul>${problems.join('')}</ul>`,
  )
}

function section(route: AnyRoute): string {
  const answers = Object.entries(route.answers).map(
    ([status, { description }]) => `<li><code>${status}</code> ${escape(description)}</li>`,
  )
  const problems = problemsOf(route).map(
    (code) => `<li><code>${PROBLEMS[code].status}</code> <a href="/problems/${code}"><code>${code}</code></a></li>`,
  )
  return `<section><h2><span class="method">${route.method}</span> ${escape(route.path)}</h2>
<p>${escape(route.summary)}. ${escape(route.description ?? '')}</p>
${route.body === undefined ? '' : `<ul>${fields(route.body).join('')}</ul>`}
<ul>${[...answers, ...problems].join('')}</ul></section>`
}

/** The fields of a body as its schema has them. */
function fields(body: z.ZodType): string[] {
  const { properties = {}, required = [] } = z.toJSONSchema(body, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => {
    const need = required.includes(name) ? '' : ' <span class="quiet">may be left out</span>'
    const text = typeof property === 'object' ? (property.description ?? '') : ''
    return `<li><code>${escape(name)}</code>${need} ${escape(text)}</li>`
  })
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${STYLE}</style></head><body><main>
${body}
</main></body></html>`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** Backticks become code. */
function marked(text: string): string {
  return escape(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}
