/** iron-session on node:http: all of the session is in an encrypted cookie. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { getIronSession, type IronSession } from 'iron-session'
import { answer, newView, NOBODY, serve, SESSION_SECONDS, setting, type View } from './support.ts'

const OPTIONS = {
  password: setting('KEY'),
  cookieName: 'session',
  ttl: SESSION_SECONDS,
  cookieOptions: { secure: false },
} as const

const open = (request: IncomingMessage, response: ServerResponse): Promise<IronSession<{ view?: View }>> =>
  getIronSession<{ view?: View }>(request, response, OPTIONS)

serve({
  async session(request, response) {
    const { view } = await open(request, response)
    answer(response, view === undefined ? NOBODY : JSON.stringify(view))
  },
  async start(request, response) {
    const session = await open(request, response)
    session.view = newView()
    await session.save()
    response.writeHead(204).end()
  },
  async revoke(request, response) {
    const session = await open(request, response)
    // All that there is to do: the browser is told to forget it.
    session.destroy()
    response.writeHead(204).end()
  },
})
