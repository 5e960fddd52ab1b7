import { listSessions } from '../../core/session/list-sessions.ts'
import { revokeSession, revokeSessions } from '../../core/session/revoke-session.ts'
import { problem } from '../problem.ts'
import { route } from '../route.ts'
import { sessionListSchema } from '../schemas.ts'
import { deviceSession } from '../session-view.ts'

/** `GET /v1/sessions`: my devices. */
export const listSessionsRoute = route({
  method: 'GET',
  path: '/v1/sessions',
  summary: 'List my sessions, newest first',
  answers: { 200: { description: 'Each of your sessions; `current` marks this one.', schema: sessionListSchema } },
  problems: ['not-signed-in', 'sessions-not-listed'],
  async handle({ core, whoIsIt }) {
    const signedIn = await whoIsIt({ fresh: true })
    if (signedIn === null) return problem('not-signed-in')
    if (core.sealer !== null) return problem('sessions-not-listed')
    const sessions = await listSessions(core, signedIn.user.id)
    return {
      status: 200,
      json: { sessions: sessions.map((session) => deviceSession(session, signedIn.session.id, core.policy)) },
    }
  },
})

/** `DELETE /v1/sessions/:id`: end one. */
export const endSessionRoute = route({
  method: 'DELETE',
  path: '/v1/sessions/:id',
  summary: 'End one of my sessions',
  answers: { 204: { description: 'The session has ended: no check that starts from now on accepts it.' } },
  problems: ['not-signed-in', 'not-found', 'sessions-not-listed', 'no-database'],
  async handle({ core, params, source, whoIsIt }) {
    const signedIn = await whoIsIt({ fresh: true })
    if (signedIn === null) return problem('not-signed-in')
    const sessionId = params['id'] ?? ''
    const isOwn = sessionId === signedIn.session.id
    // Whose a sealed session is, only its cookie says: of all there are, this is the one that is here.
    if (core.sealer !== null && !isOwn) return problem('sessions-not-listed')
    const target = isOwn ? { sessionId } : { sessionId, userId: signedIn.user.id }
    return (await revokeSession(core, target, 'owner', source)) ? { status: 204 } : problem('not-found')
  },
})

/** `DELETE /v1/sessions`: end all others. */
export const endOtherSessionsRoute = route({
  method: 'DELETE',
  path: '/v1/sessions',
  summary: 'End all my other sessions',
  answers: { 204: { description: 'Only this session is left.' } },
  problems: ['not-signed-in', 'no-database'],
  async handle({ core, source, whoIsIt }) {
    const signedIn = await whoIsIt({ fresh: true })
    if (signedIn === null) return problem('not-signed-in')
    await revokeSessions(core, { userId: signedIn.user.id, exceptSessionId: signedIn.session.id }, 'owner', source)
    return { status: 204 }
  },
})
