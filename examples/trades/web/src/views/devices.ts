import type { DeviceSession } from '@coatcheck/client'
import { say, warn } from '../bars.ts'
import { client } from '../client.ts'
import { notice } from '../connection.ts'
import { button, h } from '../dom.ts'
import { describeDevice, formatInstant } from '../format.ts'
import { adviseOn } from '../words.ts'

/** Where the user is signed in, and how to end it there. */
export interface Devices {
  readonly element: HTMLElement
  load(): void
}

/** Makes the list. */
export function createDevices(gone: AbortSignal): Devices {
  const list = h('ul', { class: 'devices' })
  const endOthers = button('End all others', { class: 'quiet', hidden: true }, () => void act(endAll))
  const heading = h('h2', { tabindex: '-1' }, 'Your devices')
  const element = h('section', { class: 'devices-box' }, h('div', { class: 'row' }, heading, endOthers), list)

  const show = (sessions: readonly DeviceSession[]): void => {
    list.replaceChildren(...sessions.map((session) => item(session, () => void act(() => endOne(session)))))
    endOthers.hidden = sessions.length < 2
  }
  const load = async (): Promise<void> => {
    try {
      const sessions = await client.sessions.list()
      if (!gone.aborted) show(sessions)
    } catch (error) {
      if (!gone.aborted) notice(error)
    }
  }
  const act = async (end: () => Promise<string>): Promise<void> => {
    try {
      const done = await end()
      if (gone.aborted) return
      say(done)
      // The button that was pressed is gone; what it stood in is the next best place.
      heading.focus()
    } catch (error) {
      if (gone.aborted) return
      notice(error)
      warn(`The session was not ended. ${adviseOn(error)[0]?.text ?? ''}`)
    }
    await load()
  }
  const endOne = async ({ id, userAgent }: DeviceSession): Promise<string> => {
    await client.sessions.end(id)
    return `${describeDevice(userAgent)} is signed out.`
  }
  const endAll = async (): Promise<string> => {
    await client.sessions.endOthers()
    return 'Only this browser is signed in now.'
  }
  return { element, load: () => void load() }
}

function item(session: DeviceSession, end: () => void): HTMLElement {
  const { userAgent, address, createdAt, lastSeenAt, current } = session
  const device = describeDevice(userAgent)
  const times = `since ${formatInstant(createdAt)}, last used ${formatInstant(lastSeenAt)}`
  const what = h(
    'div',
    {},
    h('p', { class: 'device' }, device),
    h('p', { class: 'device-facts' }, address === null ? times : `${address}, ${times}`),
  )
  const label = `End the session of ${device}, ${times}`
  const side = current
    ? h('span', { class: 'here' }, 'this one')
    : button('End', { class: 'quiet', 'aria-label': label }, end)
  return h('li', {}, what, side)
}
