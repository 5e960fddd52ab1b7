import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Writable } from 'node:stream'
import type { ReactNode } from 'react'
import { createElement as h, lazy, StrictMode, Suspense } from 'react'
import { renderToPipeableStream, renderToString } from 'react-dom/server'
import { createClient } from '../src/index.ts'
import { SessionProvider, useClient, useSession } from '../src/react/index.ts'
import { ActingServer, signedOut, viewOf } from './acting-server.ts'
import { nameOf } from './scene.ts'

const Name = (): ReactNode => h('b', null, nameOf(useSession()))

describe('rendering on a server', () => {
  it('is `unknown` where nothing is handed in, and asks nobody', async () => {
    await using server = await ActingServer.start()
    const client = createClient({ url: server.url })
    const page = h(StrictMode, null, h(SessionProvider, { client }, h(Name), h(Name)))
    assert.equal(renderToString(page), '<b>unknown</b><b>unknown</b>')
    await server.quiet()
    assert.deepEqual(server.log, [])
  })

  it('shows what was handed in, and `unknown` for what is no view', () => {
    const client = createClient({ url: 'https://api.example.test' })
    const pageOf = (initial: never): string => renderToString(h(SessionProvider, { client, initial }, h(Name)))
    const rows: [unknown, string][] = [
      [viewOf('ada'), 'ada'],
      [signedOut, 'signed-out'],
      [null, 'unknown'],
      [undefined, 'unknown'],
      [{}, 'unknown'],
      [{ user: null, session: { id: 'x' } }, 'unknown'],
    ]
    for (const [initial, shown] of rows) assert.equal(pageOf(initial as never), `<b>${shown}</b>`)
  })

  it('never shows what a client knows of somebody else, were it one for all requests', async () => {
    await using server = await ActingServer.start()
    server.view = viewOf('ada')
    const client = createClient({ url: server.url })
    await client.session.refresh()
    assert.equal(renderToString(h(SessionProvider, { client }, h(Name))), '<b>unknown</b>')
    const initial = viewOf('bob')
    assert.equal(renderToString(h(SessionProvider, { client, initial }, h(Name))), '<b>bob</b>')
  })

  it('streams past a Suspense boundary, with the same session on both sides', async () => {
    const loaded = Promise.withResolvers<{ default: typeof Name }>()
    const Late = lazy(() => loaded.promise)
    const client = createClient({ url: 'https://api.example.test' })
    const children = h('main', null, h(Name), h(Suspense, { fallback: h('i') }, h(Late)))
    let html = ''
    const done = Promise.withResolvers<void>()
    const sink = new Writable({
      write(chunk, _encoding, next) {
        html += String(chunk)
        loaded.resolve({ default: Name })
        next()
      },
      final: (next) => (next(), done.resolve()),
    })
    const { pipe } = renderToPipeableStream(h(SessionProvider, { client, initial: viewOf('ada'), children }), {
      onShellReady: () => void pipe(sink),
    })
    await done.promise
    assert.match(html, /^<main><b>ada<\/b>.*<i><\/i>.*<b>ada<\/b>/s)
  })
})

describe('a component', () => {
  it('that no provider is around is told to put one there', () => {
    const Signs = (): ReactNode => (useClient(), null)
    for (const component of [Name, Signs]) assert.throws(() => renderToString(h(component)), /put <SessionProvider/)
  })

  it('finds the client of the nearest provider', () => {
    const [far, near] = ['https://a.example.test', 'https://b.example.test'].map((url) => createClient({ url }))
    assert.ok(far && near)
    let found: unknown
    const Find = (): ReactNode => ((found = useClient()), null)
    renderToString(h(SessionProvider, { client: far }, h(SessionProvider, { client: near }, h(Find))))
    assert.equal(found, near)
  })
})
