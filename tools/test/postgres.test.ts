import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startPostgres } from '../postgres.ts'

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

it('a PostgreSQL of our own keeps what was committed through a crash, and syncs', async (t) => {
  const postgres = await startPostgres({ settings: { work_mem: '5MB' } })
  t.after(() => postgres.stop())
  const { pid } = postgres
  await query(postgres.url, 'create table kept as select 1 as a')
  const client = new pg.Client(postgres.url)
  client.on('error', () => {})
  await client.connect()
  const cut = assert.rejects(client.query('select pg_sleep(100)'))
  await postgres.crash()
  await cut
  await postgres.restart()
  assert.notEqual(postgres.pid, pid)
  assert.deepEqual(await query(postgres.url, 'select * from kept'), [{ a: 1 }])
  const settings =
    "select string_agg(setting, ' ' order by name) as s from pg_settings where name in ('fsync', 'max_connections', 'unix_socket_directories', 'work_mem')"
  assert.deepEqual(await query(postgres.url, settings), [{ s: 'on 200  5120' }])
})

it('a PostgreSQL of our own ends with the process that started it, however that ends', async () => {
  const module = path.join(import.meta.dirname, '../postgres.ts')
  const script = `const { startPostgres } = await import(${JSON.stringify(module)})
    const { pid, url } = await startPostgres(); console.log(JSON.stringify({ pid, url })); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { pid } = JSON.parse(line.toString()) as { pid: number }
  assert.ok(existsSync(`/proc/${pid}`))
  child.kill('SIGKILL')
  const deadline = Date.now() + 10_000
  while (existsSync(`/proc/${pid}`) && Date.now() < deadline) await sleep(20)
  assert.ok(!existsSync(`/proc/${pid}`))
})
