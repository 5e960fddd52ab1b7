import { button, h } from '../dom.ts'

/** One tab and what it opens. */
export interface Tab {
  readonly name: string
  readonly label: string
  readonly panel: HTMLElement
}

/** Tabs, and a way to open one from elsewhere. */
export interface Tabs {
  readonly element: HTMLElement
  open(name: string): void
}

/** Makes tabs: one is open, the arrows left and right go from one to the next. @see WAI-ARIA Authoring Practices, Tabs */
export function createTabs(label: string, tabs: readonly Tab[]): Tabs {
  const open = (name: string): void => {
    for (const [index, tab] of tabs.entries()) {
      const isOpen = tab.name === name
      tab.panel.hidden = !isOpen
      buttons[index]?.setAttribute('aria-selected', String(isOpen))
      buttons[index]?.setAttribute('tabindex', isOpen ? '0' : '-1')
    }
  }
  const buttons = tabs.map(({ name, label: text, panel }) => {
    panel.id = `panel-${name}`
    panel.setAttribute('role', 'tabpanel')
    panel.setAttribute('aria-labelledby', `tab-${name}`)
    const attributes = { id: `tab-${name}`, role: 'tab', 'aria-controls': panel.id }
    return button(text, attributes, () => open(name))
  })
  const list = h('div', { role: 'tablist', 'aria-label': label, class: 'tabs' }, ...buttons)
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    const at = buttons.findIndex((one) => one === document.activeElement)
    if (step === undefined || at < 0) return
    event.preventDefault()
    const next = (at + step + tabs.length) % tabs.length
    open(tabs[next]?.name ?? '')
    buttons[next]?.focus()
  })
  open(tabs[0]?.name ?? '')
  return { element: h('div', {}, list, ...tabs.map(({ panel }) => panel)), open }
}
