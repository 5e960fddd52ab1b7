import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { it } from 'node:test'
import { createClient } from '../src/index.ts'
import { ActingServer, viewOf } from './acting-server.ts'
import { nameOf } from './scene.ts'

it('a subscriber where there is no page is told `unknown`, and no request, timer or channel comes of it', async () => {
  await using server = await ActingServer.start()
  const client = createClient({ url: server.url })
  const states: string[] = []
  client.session.subscribe((state) => states.push(state.status))()
  await server.quiet()
  assert.deepEqual(states, ['unknown'])
  assert.deepEqual(server.log, [])
})

it('a client works in Node when it is called: refresh, signIn, signOut', async () => {
  await using server = await ActingServer.start()
  server.view = viewOf('ada')
  const client = createClient({ url: server.url })
  assert.equal(nameOf(await client.session.refresh()), 'ada')
  await client.signIn({ identifier: 'bob', password: 'correct horse battery staple' })
  assert.equal(nameOf(client.session.get()), 'bob')
  await client.signOut()
  assert.equal(nameOf(client.session.get()), 'signed-out')
})

it('a process that made a client, subscribed and asked ends by itself', async () => {
  await using server = await ActingServer.start()
  const program = `
    import { createClient } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
    const client = createClient({ url: ${JSON.stringify(server.url)} })
    client.session.subscribe(() => {})
    await client.session.refresh().catch(() => {})
    console.log(client.session.get().status)`
  // The server lives in this process, which waits: the child gets no answer, and must end all the same.
  await server[Symbol.asyncDispose]()
  const child = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { timeout: 10_000 })
  assert.equal(child.stdout.toString(), 'unknown\n')
  assert.equal(child.status, 0)
})
