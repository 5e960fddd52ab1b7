import { ProblemError } from '@coatcheck/client'
import { notice } from './connection.ts'
import { h } from './dom.ts'
import type { Field } from './fields.ts'
import { type Advice, adviseOn } from './words.ts'

/** What a form asks for, and what it does. */
export interface FormOptions {
  readonly name: string
  readonly fields: readonly Field[]
  readonly submit: string
  /** What to say when no answer came: it may have been done all the same. */
  readonly unanswered?: string
  /** Called when every field has what it needs. What it throws is put into words, by the field it belongs to. */
  send(valueOf: (name: string) => string): Promise<void>
}

/** Makes a form. It sends one thing at a time, and puts the focus on the first field that needs another look. */
export function createForm({ name, fields, submit, unanswered, send }: FormOptions): HTMLFormElement {
  const alert = h('p', { class: 'form-error', role: 'alert' })
  const go = h('button', { type: 'submit', class: 'primary' }, submit)
  const form = h(
    'form',
    { class: `form form-${name}`, novalidate: true },
    ...fields.map(({ element }) => element),
    go,
    alert,
  )
  let sending = false

  const show = (advice: readonly Advice[]): void => {
    const first = fields.find((field) => advice.some((item) => item.field === field.name))
    for (const field of fields) {
      field.setError(advice.find((item) => item.field === field.name)?.text ?? null)
    }
    const rest = advice.filter((item) => !fields.some((field) => field.name === item.field))
    alert.textContent = rest.map(({ text }) => text).join(' ')
    first?.focus()
  }

  const submitOnce = async (): Promise<void> => {
    if (sending) return
    const missing = fields.flatMap((field) => {
      const text = field.check()
      return text === null ? [] : [{ field: field.name, text }]
    })
    show(missing)
    if (missing.length > 0) return
    sending = true
    form.setAttribute('aria-busy', 'true')
    try {
      await send((field) => fields.find((one) => one.name === field)?.value() ?? '')
    } catch (error) {
      show(adviseOn(error, unanswered))
      // A busy server answers; one that is away is looked for until it is back. This page's own mistakes are reported.
      if (!(error instanceof ProblemError) || error.status >= 500) notice(error)
    } finally {
      sending = false
      form.removeAttribute('aria-busy')
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void submitOnce()
  })
  return form
}
