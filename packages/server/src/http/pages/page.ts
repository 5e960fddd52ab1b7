import { createHash } from 'node:crypto'

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8d3c8, #3a3834); --quiet: light-dark(#625c50, #a8a294); --accent: light-dark(#7a3b12, #e8a868); --sunken: light-dark(#f2eee4, #242220) }
body { max-width: 50rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; font: 1rem/1.6 system-ui, sans-serif; background: light-dark(#fbf9f4, #1b1a18); color: light-dark(#24211b, #ece8df) }
h1 { font-size: 1.6rem; line-height: 1.25; text-wrap: balance }
h2 { font-size: 1.1rem; margin: 2.5rem 0 .25rem; padding-top: 1.5rem; border-top: 1px solid var(--line); overflow-wrap: anywhere }
h3 { font-size: .8rem; letter-spacing: .04em; margin: 1rem 0 .25rem; color: var(--quiet) }
code, pre, h2 { font-family: ui-monospace, monospace } code { font-size: .92em; overflow-wrap: anywhere }
p, ul, dl { margin: .5rem 0 } li { margin: .15rem 0 } ul { padding-left: 1.25rem }
pre { background: var(--sunken); padding: .75rem 1rem; border-radius: .4rem; overflow-x: auto; font-size: .85rem; line-height: 1.5 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem } dd { margin: 0 }
nav ul { columns: 17rem; list-style: none; padding: 0 }
a { color: var(--accent) } a:focus-visible, pre:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
dd a code { white-space: nowrap } .quiet { color: var(--quiet) } .method { color: var(--accent); font-weight: 700 }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr } dd { padding-left: 1rem; margin-bottom: .4rem } }
`

/** The Content-Security-Policy of these pages: one style sheet, no script, no frame around them. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`

/** A whole page. `body` is HTML; whatever stands in it went through `escape`. */
export function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${STYLE}</style></head><body><main>
${body}
</main></body></html>`
}

/** Text as HTML, with what stands between backticks as code. */
export function marked(text: string): string {
  return escape(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

/** Text as HTML. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
