import { type Attributes, button, h } from './dom.ts'

/** One thing that a form asks for. */
export interface Field {
  readonly name: string
  readonly element: HTMLElement
  value(): string
  /** What is missing or wrong as far as this page can tell, or null. */
  check(): string | null
  /** Shows what is wrong by the field, in place of its hint; null takes it away. */
  setError(text: string | null): void
  focus(): void
  clear(): void
}

/** How a field looks and what it asks for. */
export interface FieldOptions {
  readonly name: string
  readonly label: string
  /** What to say when it is left empty; a field without it may be. */
  readonly missing?: string
  /** What to say of a text that is there but cannot be right, or null. */
  wrong?(text: string): string | null
  readonly hint?: string
  readonly attributes?: Attributes
}

let fields = 0

/** A line of text with its label, and one slot below for the hint or what is wrong: nothing moves when that changes. */
export function textField({ name, label, missing, wrong, hint = '', attributes }: FieldOptions): Field {
  const id = `${name}-${(fields += 1)}`
  const required = missing !== undefined && { 'aria-required': 'true' }
  const input = h('input', { id, name, type: 'text', 'aria-describedby': `${id}-note`, ...required, ...attributes })
  const note = h('p', { id: `${id}-note`, class: 'note' }, hint)
  const optional = missing === undefined ? [h('span', { class: 'optional' }, ' optional')] : []
  const row = h('div', { class: 'input' }, input)
  // The alert is there, and empty, before anything goes wrong: only then do all screen readers notice that it changes.
  const alert = h('p', { id: `${id}-error`, class: 'note note-error', role: 'alert' })
  const element = h(
    'div',
    { class: `field field-${name}` },
    h('label', { for: id }, label, ...optional),
    row,
    h('div', { class: 'notes' }, note, alert),
  )
  return {
    name,
    element,
    value: () => input.value,
    check: () => (missing !== undefined && input.value.trim() === '' ? missing : (wrong?.(input.value) ?? null)),
    setError(text) {
      alert.textContent = text
      note.hidden = text !== null
      if (text === null) input.removeAttribute('aria-invalid')
      else input.setAttribute('aria-invalid', 'true')
      input.setAttribute('aria-describedby', text === null ? `${id}-note` : `${id}-error`)
    },
    focus() {
      input.focus()
      input.select()
    },
    clear: () => (input.value = ''),
  }
}

/** A password with a button that shows it. */
export function passwordField(options: FieldOptions): Field {
  const field = textField({ ...options, attributes: { ...options.attributes, type: 'password', spellcheck: 'false' } })
  const input = field.element.querySelector('input')
  // Its words stay: that it is pressed says the rest.
  const toggle = button('Show', { class: 'reveal', 'aria-pressed': 'false', 'aria-label': 'Show password' }, () => {
    const shown = input?.getAttribute('type') === 'text'
    input?.setAttribute('type', shown ? 'password' : 'text')
    toggle.setAttribute('aria-pressed', String(!shown))
  })
  field.element.querySelector('.input')?.append(toggle)
  return field
}

/** One of a few, all to be seen at once. The first is chosen. */
export function choiceField(name: string, label: string, choices: Readonly<Record<string, string>>): Field {
  const group = `${name}-${(fields += 1)}`
  const inputs = Object.keys(choices).map((value, index) => {
    return h('input', { type: 'radio', id: `${group}-${value}`, name: group, value, checked: index === 0 })
  })
  const options = inputs.map((input) => h('label', { for: input.id }, input, h('span', {}, choices[input.value] ?? '')))
  const alert = h('p', { id: `${group}-error`, class: 'note note-error', role: 'alert' })
  const legend = h('legend', {}, label)
  const element = h(
    'fieldset',
    // A plain group may not be invalid; a group of radios may.
    { class: `field field-${name}`, role: 'radiogroup' },
    legend,
    h('div', { class: 'choice' }, ...options),
    h('div', { class: 'notes' }, alert),
  )
  const chosen = (): HTMLInputElement | undefined => inputs.find((input) => input.checked)
  return {
    name,
    element,
    value: () => chosen()?.value ?? '',
    check: () => null,
    setError(text) {
      alert.textContent = text
      for (const [attribute, value] of [
        ['aria-invalid', 'true'],
        ['aria-describedby', alert.id],
      ] as const) {
        if (text === null) element.removeAttribute(attribute)
        else element.setAttribute(attribute, value)
      }
    },
    focus: () => chosen()?.focus(),
    clear: () => undefined,
  }
}
