import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Between } from '../api/src/api.ts'
import { runDoctor } from './run-doctor.ts'
import { TROUBLES } from './troubles.ts'

/** A proxy before the API that breaks one thing at a time, as it is told by the page: to try, and to ask the doctor. */
export interface Lab {
  readonly between: Between
  /** Answers the page's `/lab`: what is broken, and what can be. It is asked where the page comes from, for that stays whole. */
  answer(request: IncomingMessage, response: ServerResponse): void
}

/**
 * @param apiUrl the API, for the doctor
 * @param pages the origins that may break something, and be examined
 */
export function openLab(apiUrl: string, pages: readonly string[]): Lab {
  let broken = 'nothing'
  const examine = (response: ServerResponse, page: string): void => {
    runDoctor(apiUrl, page).then(
      (finding) => send(response, 200, finding),
      (failure: unknown) => send(response, 500, { error: String(failure) }),
    )
  }
  return {
    async between(request, ask) {
      const trouble = TROUBLES.get(broken)
      const passed = trouble?.before?.(request) ?? request
      const response = passed instanceof Response ? passed : await ask(passed)
      return trouble?.after?.(response, request) ?? response
    },
    answer(request, response) {
      const { searchParams } = new URL(request.url ?? '', 'http://page')
      const wanted = searchParams.get('break')
      if (request.method === 'POST') {
        const { origin = '' } = request.headers
        if (!pages.includes(origin)) return send(response, 403, { error: 'This is for the page.' })
        if (searchParams.has('examine')) return examine(response, origin)
        if (wanted === null || !TROUBLES.has(wanted)) return send(response, 400, { error: 'There is no such trouble.' })
        broken = wanted
      }
      const troubles = [...TROUBLES].map(([name, { label }]) => ({ name, label }))
      send(response, 200, { broken, troubles })
    },
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
