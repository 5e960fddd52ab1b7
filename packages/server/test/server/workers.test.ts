import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, afterEach, before, describe, test } from 'node:test'
import { freePort } from '../../../../tools/free-port.ts'
import { readWorkerCount, restartDelayMs } from '../../src/server/workers.ts'
import { createTestDatabase, type TestDatabase } from '../stores/postgres-fixture.ts'
import { PASSWORD } from '../support/scene.ts'
import { runCli } from '../support/server-process.ts'
import { ask, runs, startGroup, untilGone, type Answer, type WorkerGroup } from '../support/worker-group.ts'

const KEY = randomBytes(32).toString('base64')
/** What a worker that has nothing to do holds: one of its pool's, and its feed's. */
const CONNECTIONS_AT_REST = 2

test('a worker that dies is replaced at once, one that dies again and again ever later, up to half a minute', () => {
  assert.deepEqual([1, 2, 3, 4, 5].map(restartDelayMs), [0, 250, 500, 1_000, 2_000])
  assert.equal(restartDelayMs(9), 30_000)
  assert.equal(restartDelayMs(5_000), 30_000)
})

test('the number of workers is a whole number from 1 to 64', () => {
  assert.deepEqual(['1', '64'].map(readWorkerCount), [1, 64])
  for (const text of ['0', '65', '-1', '1.5', '1e1', 'two', ' ']) {
    assert.throws(() => readWorkerCount(text), { name: 'ConfigurationError', message: /--workers/ }, text)
  }
})

describe('serve --workers', () => {
  let database: TestDatabase
  let settings: Record<string, string>
  before(async () => {
    database = await createTestDatabase()
    settings = { COATCHECK_DATABASE: database.url, COATCHECK_KEYS: KEY }
  })
  after(() => database.drop())

  let started: WorkerGroup[] = []
  const start = async (count: number, environment: Record<string, string> = {}): Promise<WorkerGroup> => {
    const group = await startGroup({ ...settings, ...environment }, count)
    started.push(group)
    return group
  }
  afterEach(() => {
    // Those of a test that failed.
    for (const { server, seen } of started) {
      server.process.kill('SIGKILL')
      for (const { pid } of seen()) if (runs(pid)) process.kill(pid, 'SIGKILL')
    }
    started = []
  })

  /** Whether the group ended well, and left nobody behind. */
  const assertEnds = async ({ server, seen }: WorkerGroup, signal: NodeJS.Signals, code: number): Promise<void> => {
    assert.equal(await server.stop(signal), code, server.output())
    assert.deepEqual(
      seen().filter(({ pid }) => runs(pid)),
      [],
    )
  }

  /** A sign-in that is refused, and under way: its answer waits for its place on the grid. */
  const slowSignIn = async ({ server, log, until }: WorkerGroup): Promise<{ readonly answer: Promise<Answer> }> => {
    const answer = ask(server, 'POST', '/v1/sign-in', { body: { identifier: 'nobody', password: 'x' } })
    await until(() => log().some(({ msg }) => msg === 'sign-in.refused'))
    return { answer }
  }

  test('all answer on one port, and one that signed up with any of them is known to each', async () => {
    const group = await start(3)
    const { server, log, seen } = group
    assert.deepEqual(new Set(seen().map(({ worker }) => worker)), new Set([1, 2, 3]))
    assert.equal(new Set([...seen().map(({ pid }) => pid), server.process.pid]).size, 4)
    assert.equal(log().filter(({ msg }) => msg === 'listening').length, 1)

    const identifier = 'all@example.org'
    const { cookie } = await ask(server, 'POST', '/v1/sign-up', { body: { email: identifier, password: PASSWORD } })
    const answered = (): number =>
      new Set(log().flatMap(({ msg, worker }) => (msg === 'session.started' ? [worker] : []))).size
    for (let round = 0; answered() < 3 && round < 50; round += 1) {
      // Several at a time, or one that is free would take them all.
      const signIns = Array.from({ length: 6 }, () =>
        ask(server, 'POST', '/v1/sign-in', { body: { identifier, password: PASSWORD } }),
      )
      for (const { status } of await Promise.all(signIns)) assert.ok(status === 200 || status === 429, String(status))
    }
    assert.equal(answered(), 3)
    const views = await Promise.all(Array.from({ length: 30 }, () => ask(server, 'GET', '/v1/session', { cookie })))
    for (const { body } of views) assert.match(body, /all@example\.org/)
    await assertEnds(group, 'SIGTERM', 0)
  })

  test('only the workers hold connections to the database, and they name themselves in the log', async () => {
    const group = await start(2)
    const connections = async (): Promise<unknown> => {
      const [row] = await database.query(
        "select count(*)::int as n from pg_stat_activity where datname = current_database() and application_name like 'coatcheck%'",
      )
      return row?.['n']
    }
    // Those of the servers before may take a moment to go.
    for (let look = 0; look < 100 && (await connections()) !== 2 * CONNECTIONS_AT_REST; look += 1) await sleep(100)
    assert.equal(await connections(), 2 * CONNECTIONS_AT_REST)
    for (const { msg, worker, pid } of group.log()) {
      assert.equal(worker === undefined, pid === group.server.process.pid, msg)
    }
    await assertEnds(group, 'SIGTERM', 0)
  })

  test('a killed worker is replaced while requests go on; none of them hangs [promise 11]', async () => {
    const group = await start(3)
    const { server, log, seen, until } = group
    const { cookie } = await ask(server, 'POST', '/v1/sign-up', {
      body: { email: 'go-on@example.org', password: PASSWORD },
    })
    let done = false
    const broken: unknown[] = []
    const goOn = async (): Promise<number> => {
      let answers = 0
      while (!done) {
        const answer = await ask(server, 'GET', '/v1/session', { cookie }).catch((error: unknown) => broken.push(error))
        if (typeof answer === 'number') continue
        assert.match(answer.body, /go-on@example\.org/)
        answers += 1
      }
      return answers
    }
    const clients = Array.from({ length: 8 }, goOn)
    for (const { worker, pid } of seen()) {
      process.kill(pid, 'SIGKILL')
      const heirs = (): number => seen().filter((one) => one.worker === worker).length
      await until(() => heirs() === 2)
    }
    done = true
    const answers = await Promise.all(clients)
    assert.equal(new Set(seen().map(({ pid }) => pid)).size, 6)
    assert.equal(log().filter(({ msg }) => msg === 'a worker ended and is replaced').length, 3)
    assert.ok(Math.min(...answers) > 10, `answers: ${answers.join(', ')}`)
    // At a kill, each client loses at most what it had under way.
    assert.ok(broken.length <= 3 * 8, `${broken.length} connections broke`)
    for (const error of broken) assert.doesNotMatch(String(error), /no answer/)
    assert.equal(log().filter(({ msg }) => msg === 'listening').length, 1, 'all listen for the first time only once')
    await assertEnds(group, 'SIGTERM', 0)
  })

  test('a worker that is stopped is handed no connection: the others answer', async () => {
    const group = await start(2)
    const pid = group.seen()[0]?.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    for (let round = 0; round < 20; round += 1) {
      assert.equal((await ask(group.server, 'GET', '/healthz')).status, 200)
    }
    process.kill(pid, 'SIGCONT')
    await assertEnds(group, 'SIGTERM', 0)
  })

  test('a worker that cannot start again is tried again ever later, and comes back when it can', async () => {
    const group = await start(2, { NODE_ENV: 'production' })
    const { server, log, seen, until } = group
    const ended = (): readonly number[] =>
      log().flatMap(({ msg, retryInMs }) => (msg === 'a worker ended and is replaced' ? [retryInMs ?? NaN] : []))
    await database.query('alter schema coatcheck rename to away')
    process.kill(seen().find(({ worker }) => worker === 2)?.pid ?? 0, 'SIGKILL')
    await until(() => ended().length === 3)
    await database.query('alter schema away rename to coatcheck')
    assert.deepEqual(ended(), [0, 250, 500])
    assert.ok(
      log().some(({ sentence }) => sentence?.includes('coatcheck migrate')),
      'its sentence is in the log',
    )
    await until(() => seen().filter(({ worker }) => worker === 2).length === 2)
    assert.equal((await ask(server, 'GET', '/readyz')).status, 200)
    await assertEnds(group, 'SIGTERM', 0)
  })

  test('SIGTERM lets a request under way finish, ends silent connections, and exits with 0', async () => {
    const group = await start(3)
    const silent = Array.from({ length: 6 }, () => connect(group.server.port, '127.0.0.1').on('error', () => undefined))
    await Promise.all(silent.map((socket) => once(socket, 'connect')))
    const closed = Promise.all(silent.map((socket) => once(socket, 'close')))
    const slow = await slowSignIn(group)
    const began = performance.now()
    const end = assertEnds(group, 'SIGTERM', 0)
    assert.equal((await slow.answer).status, 401)
    await end
    assert.ok(performance.now() - began < 5_000, 'it does not wait its ten seconds')
    await closed
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`${signal} to the whole group, workers included, is one signal, not two`, async () => {
      const group = await start(2)
      const slow = await slowSignIn(group)
      for (const { pid } of group.seen()) process.kill(pid, signal)
      const end = assertEnds(group, signal, 0)
      assert.equal((await slow.answer).status, 401)
      await end
      assert.doesNotMatch(group.server.output(), /is replaced/)
    })
  }

  test('SIGTERM to one worker lets it finish, and replaces it', async () => {
    const group = await start(1)
    const slow = await slowSignIn(group)
    process.kill(group.seen()[0]?.pid ?? 0, 'SIGTERM')
    assert.equal((await slow.answer).status, 401)
    await group.until(() => group.seen().length === 2)
    assert.equal((await ask(group.server, 'GET', '/readyz')).status, 200)
    await assertEnds(group, 'SIGTERM', 0)
  })

  test('a second SIGTERM does not wait: not even a worker that is stopped stays behind', async () => {
    const group = await start(2)
    const pids = group.seen().map(({ pid }) => pid)
    process.kill(pids[0] ?? 0, 'SIGSTOP')
    group.server.process.kill('SIGTERM')
    // The other one has heard of the first.
    await untilGone(pids.slice(1))
    assert.equal(await group.server.stop('SIGTERM'), 1)
    await untilGone(pids)
  })

  test('workers end when the process that started them is killed', async () => {
    const group = await start(2)
    const pids = group.seen().map(({ pid }) => pid)
    await group.server.stop('SIGKILL')
    await untilGone(pids)
  })

  describe('what cannot work is one sentence, once, and exit code 1', () => {
    const refused = async (
      words: RegExp,
      environment: Readonly<Record<string, string>> = {},
      args: readonly string[] = ['serve', '--workers', '3'],
    ): Promise<void> => {
      const PORT = String(await freePort())
      const { code, stdout, stderr } = await runCli(args, { PORT, ...settings, ...environment })
      assert.equal(code, 1, stderr)
      assert.match(stderr, words)
      assert.match(stderr, /^coatcheck: .+\n$/, 'one sentence, no stack')
      assert.doesNotMatch(stdout, /listening/)
    }

    test('the number', async () => {
      for (const text of ['0', '65', '-1', '1.5', 'many']) {
        await refused(/--workers: ".+" is not a number of processes from 1 to 64/, {}, ['serve', '--workers', text])
      }
      await refused(/--workers: "0" is not/, {}, ['--workers=0'])
      await refused(/--workers needs a value/, {}, ['serve', '--workers'])
      await refused(/--workers needs a value/, {}, ['serve', '--workers='])
    })

    test('other arguments', async () => {
      await refused(/"coatcheck serve" has no option --worker\./, {}, ['serve', '--worker', '3'])
      await refused(/"coatcheck serve" has no option -w\./, {}, ['-w', '3'])
      await refused(/"coatcheck serve" takes no "3"\./, {}, ['serve', '3'])
      await refused(/"coatcheck migrate" has no option --workers\./, {}, ['migrate', '--workers=3'])
      await refused(/There is no command "dance"/, {}, ['dance', '--workers=3'])
    })

    test('the embedded database', async () => {
      const COATCHECK_DATABASE = join(tmpdir(), 'never-made.db')
      await refused(/--workers needs PostgreSQL/, { COATCHECK_DATABASE })
      await refused(/--workers needs PostgreSQL/, { COATCHECK_DATABASE: '' })
    })

    test('settings that only a worker can try', async () => {
      await refused(/PORT: "x"/, { PORT: 'x' })
      await refused(/COATCHECK_KEYS \(keys\) is required/, { COATCHECK_KEYS: '' })
      await refused(/PostgreSQL does not answer/, { COATCHECK_DATABASE: 'postgres://127.0.0.1:1/x' })
      await refused(/HOST: "203.0.113.1" is no address/, { HOST: '203.0.113.1' })
    })

    test('a schema that is missing', async () => {
      const empty = await createTestDatabase()
      await refused(/coatcheck migrate/, { COATCHECK_DATABASE: empty.url, NODE_ENV: 'production' })
      await empty.drop()
    })

    test('a port in use', async () => {
      const PORT = String(await freePort())
      const other = createServer().listen(Number(PORT), '127.0.0.1')
      await once(other, 'listening')
      await refused(new RegExp(`PORT: ${PORT} is in use`), { PORT })
      other.close()
    })
  })
})
