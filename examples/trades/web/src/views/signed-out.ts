import { ProblemError } from '@coatcheck/client'
import { client } from '../client.ts'
import { h } from '../dom.ts'
import { type Field, passwordField, textField } from '../fields.ts'
import { createForm } from '../form.ts'
import { createTabs } from './tabs.ts'
import type { View } from './view.ts'
import { wire } from './wire.ts'

/** Sign in, or register. @param reason why the user sees this, if they were signed in a moment ago */
export function signedOutView(reason: string | null): View {
  const identifier = textField({
    name: 'identifier',
    label: 'Email or username',
    missing: 'Write your email address or your username.',
    attributes: { autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false' },
  })
  const tabs = createTabs('How to come in', [
    { name: 'sign-in', label: 'Sign in', panel: h('div', {}, signInForm(identifier)) },
    { name: 'register', label: 'Register', panel: h('div', {}, registerForm(switchTo)) },
  ])
  function switchTo(email: string): void {
    tabs.open('sign-in')
    const input = identifier.element.querySelector('input')
    if (input !== null) input.value = email
    document.querySelector<HTMLInputElement>('#panel-sign-in input[type=password]')?.focus()
  }

  const start = h('p', { class: 'reason', tabindex: '-1' }, reason ?? '')
  const pitch = h(
    'div',
    { class: 'pitch' },
    h('h1', {}, 'Your trades, and nobody else’s.'),
    h(
      'p',
      { class: 'lead' },
      'Register, and record a trade. Reload, close the tab, come back: you are still signed in, until your session ends.',
    ),
    wire(),
  )
  const card = h(
    'section',
    { class: 'card', 'aria-label': 'Sign in or register' },
    ...(reason === null ? [] : [start]),
    tabs.element,
  )
  return {
    title: 'Sign in · Trades',
    body: h('div', { class: 'signed-out' }, pitch, card),
    start: reason === null ? card : start,
  }
}

function signInForm(identifier: Field): HTMLFormElement {
  const password = passwordField({
    name: 'password',
    label: 'Password',
    missing: 'Write your password.',
    attributes: { autocomplete: 'current-password' },
  })
  return createForm({
    name: 'sign-in',
    fields: [identifier, password],
    submit: 'Sign in',
    async send(valueOf) {
      await client.signIn({ identifier: valueOf('identifier'), password: valueOf('password') })
    },
  })
}

function registerForm(switchTo: (email: string) => void): HTMLFormElement {
  const email = textField({
    name: 'email',
    label: 'Email',
    missing: 'Write your email address.',
    // Password managers take the field of this name for the one to sign in with.
    attributes: { type: 'email', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false' },
  })
  const password = passwordField({
    name: 'password',
    label: 'Password',
    missing: 'Choose a password.',
    hint: 'At least 15 characters. A short sentence is easy to remember.',
    attributes: { autocomplete: 'new-password' },
  })
  const name = textField({ name: 'name', label: 'Name', attributes: { autocomplete: 'name' } })
  const username = textField({
    name: 'username',
    label: 'Username',
    attributes: { autocomplete: 'nickname', autocapitalize: 'none', spellcheck: 'false' },
  })
  const instead = h('button', { type: 'button', class: 'link', hidden: true }, 'Sign in with this address')
  instead.addEventListener('click', () => switchTo(email.value().trim()))
  email.element.append(instead)
  return createForm({
    name: 'register',
    fields: [email, password, name, username],
    submit: 'Register',
    async send(valueOf) {
      instead.hidden = true
      try {
        await client.signUp({
          email: valueOf('email'),
          password: valueOf('password'),
          // Left empty, they count as left out.
          name: valueOf('name'),
          username: valueOf('username'),
        })
      } catch (error) {
        instead.hidden = !(error instanceof ProblemError && error.code === 'email-taken')
        throw error
      }
    },
  })
}
