// A back-end that keeps session data by the library: one node of several.
import { setTimeout as wait } from 'node:timers/promises'
import { serve } from '@hono/node-server'
import { coatcheck, SessionDataError } from 'coatcheck'
import { z } from 'zod'
import { PARALLEL_KEYS } from './lost-updates.ts'

const count = z.int()
const auth = await coatcheck({
  url: process.env['COATCHECK_URL'] ?? '',
  database: process.env['COATCHECK_DATABASE'],
  keys: process.env['COATCHECK_KEYS']?.split(','),
  migrate: true,
  data: {
    schema: { count, a: count, b: count, c: count, d: count, begun: z.boolean(), late: z.boolean() },
  },
})

async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname.startsWith('/v1/')) return auth.fetch(request)
  const data = await auth.data(request)
  const number = Number(searchParams.get('number'))
  const work: Readonly<Record<string, () => Promise<unknown>>> = {
    '/all': () => data.all(),
    '/count': () => data.increment('count'),
    // What an application would do that knows no better: the mutant.
    '/count-in-two-steps': async () => data.set('count', ((await data.get('count')) ?? 0) + 1),
    '/set': () => data.set(PARALLEL_KEYS.find((key) => key === searchParams.get('key')) ?? 'a', number),
    '/slow': async () => {
      await data.set('begun', true)
      await wait(number)
      await data.set('late', true)
    },
  }
  const result = await work[pathname]?.()
  const headers = data.setCookie === null ? {} : { 'set-cookie': data.setCookie }
  return Response.json(result ?? null, { headers })
}

async function answerAlways(request: Request): Promise<Response> {
  try {
    return await answer(request)
  } catch (error) {
    const code = error instanceof SessionDataError ? error.code : String(error)
    return Response.json({ code }, { status: error instanceof SessionDataError ? 409 : 500 })
  }
}

serve({ fetch: answerAlways, port: Number(process.env['PORT']), hostname: '127.0.0.1' }, () =>
  console.log('"listening"'),
)
