import type { ProblemKind } from '../problem.ts'
import { escape, marked, page } from './page.ts'

/** The page that a problem's `type` leads to: what it means, and what to do. */
export function problemPage(code: string, { status, title, remedy }: ProblemKind): string {
  return page(
    title,
    `<p class="quiet"><code>${escape(code)}</code> · status ${status}</p>
<h1>${escape(title)}</h1>
<p>${marked(remedy)}</p>
<p><a href="/docs">All requests and answers</a></p>`,
  )
}
