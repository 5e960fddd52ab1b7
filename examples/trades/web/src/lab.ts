import { diagnose } from '@coatcheck/client/doctor'
import { apiUrl } from './client.ts'
import { ask } from './connection.ts'
import { button, h, part } from './dom.ts'

/** What `npm start` answers at `/lab`: what is broken on the way to the API, and what can be. */
interface Lab {
  readonly broken: string
  readonly troubles: readonly { readonly name: string; readonly label: string }[]
}

/** Where this page can be opened too, and what it is there. */
const PLACES = [
  ['localhost', 'same site as the API'],
  ['127.0.0.1', 'another site'],
  ['trades.localhost', 'not on the API’s list'],
] as const

/** Shows the panel for breaking things, where there is something that breaks them: `npm start` has it. */
export async function openLab(): Promise<void> {
  const lab = await askLab('GET', '')
  if (lab === null) return
  const finding = h('div', { class: 'finding', role: 'status' })
  const consult = button('Ask the doctor', { class: 'quiet' }, () => void examine(consult, finding))
  part('lab').replaceChildren(
    h('h2', {}, 'Why is the cookie not sent?'),
    h(
      'p',
      {},
      'Move this page, or break something on its way to the API. Reload, sign in, and see; then ask the doctor.',
    ),
    places(),
    troubles(lab, finding),
    consult,
    finding,
  )
  part('lab').hidden = false
}

function places(): HTMLElement {
  const items = PLACES.map(([host, what]) => {
    const { protocol, port, hostname } = location
    const name = `${host}${port === '' ? '' : `:${port}`}`
    const here = host === hostname
    const place = here ? h('b', {}, name) : h('a', { href: `${protocol}//${name}/` }, name)
    return h('li', { 'aria-current': here ? 'page' : undefined }, place, ` ${what}`)
  })
  return h('ul', { class: 'places', 'aria-label': 'Where this page is' }, ...items)
}

function troubles({ broken, troubles: all }: Lab, finding: HTMLElement): HTMLElement {
  const choices = all.map(({ name, label }) => {
    const input = h('input', { type: 'radio', name: 'trouble', value: name, checked: name === broken })
    input.addEventListener('change', () => {
      finding.replaceChildren()
      void askLab('POST', `?break=${name}`).then(ask)
    })
    return h('label', {}, input, ` ${label}`)
  })
  return h('fieldset', { class: 'troubles' }, h('legend', {}, 'What is broken'), ...choices)
}

async function examine(consult: HTMLButtonElement, finding: HTMLElement): Promise<void> {
  consult.disabled = true
  finding.replaceChildren(h('p', {}, 'Looking…'))
  const { cause, words, mend } = await diagnose({ url: apiUrl })
  const found = [...told('From this page', words, mend)]
  // Browsers do not tell a page why it cannot read an answer; a command on this machine sees everything.
  if (cause === 'answers-unreadable' || cause === 'unreachable') found.push(...(await examineByCommand()))
  finding.replaceChildren(...found)
  consult.disabled = false
}

async function examineByCommand(): Promise<readonly HTMLElement[]> {
  const response = await fetch('/lab?examine', { method: 'POST' }).catch(() => null)
  if (response?.ok !== true) return []
  const { words, mend } = (await response.json()) as { readonly words: string; readonly mend: string }
  return told('By the command', words, mend)
}

function told(by: string, words: string, mend: string): readonly HTMLElement[] {
  const line = h('p', {}, h('b', {}, `${by}: `), words)
  return mend === '' ? [line] : [line, h('pre', { tabindex: '0' }, h('code', {}, mend))]
}

async function askLab(method: string, query: string): Promise<Lab | null> {
  const response = await fetch(`/lab${query}`, { method }).catch(() => null)
  const isOurs = response?.ok === true && response.headers.get('content-type') === 'application/json'
  return isOurs ? ((await response.json()) as Lab) : null
}
