import { apiUrl } from '../client.ts'
import { h } from '../dom.ts'

/** The small print that says how this page knows who is using it. */
export function wire(): HTMLElement {
  const origin = (url: string): HTMLElement => h('b', {}, url.replace(/^https?:\/\//, ''))
  return h(
    'p',
    { class: 'wire' },
    'This page is ',
    origin(location.origin),
    ', the API is ',
    origin(apiUrl),
    ': another origin. The session’s cookie is HttpOnly, so this page can’t read it. It asks the API who you are.',
  )
}
