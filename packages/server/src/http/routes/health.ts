import { z } from 'zod'
import { Busy, StoreUnavailable } from '../../core/errors.ts'
import { route } from '../route.ts'

const health = z.object({ status: z.enum(['ok', 'store-unavailable']) })

/** `GET /healthz`: the process is alive. */
export const healthRoute = route({
  method: 'GET',
  path: '/healthz',
  summary: 'Is the process alive?',
  answers: { 200: { description: 'It is; says nothing of the store.', schema: health } },
  problems: [],
  handle: () => Promise.resolve({ status: 200, json: { status: 'ok' } }),
})

/** `GET /readyz`: it can answer. */
export const readinessRoute = route({
  method: 'GET',
  path: '/readyz',
  summary: 'Can it answer?',
  answers: {
    200: { description: 'The store can be read and written.', schema: health },
    503: { description: 'It cannot: send requests elsewhere.', schema: health },
  },
  problems: [],
  async handle({ core }) {
    try {
      await core.store.requireReady()
      return { status: 200, json: { status: 'ok' } }
    } catch (error) {
      if (!(error instanceof StoreUnavailable || error instanceof Busy)) throw error
      return { status: 503, json: { status: 'store-unavailable' } }
    }
  },
})
