// Four workers, of which the first asks all for their reports and prints what it gets; the third's report throws, the
// fourth has none. Then the second is stopped, and then killed while it is asked.
import cluster from 'node:cluster'
import { answerWith, collectFromWorkers, joinReports, relayReports } from '../../src/server/worker-reports.ts'

async function main(): Promise<void> {
  relayReports()
  let joined = 0
  const allJoined = Promise.withResolvers<void>()
  cluster.on('message', (_worker, { kind }: { kind: string }) => {
    if (kind === 'joined' && (joined += 1) === 4) allJoined.resolve()
  })
  const workers = [1, 2, 3, 4].map((number) => {
    cluster.setupPrimary({ args: [String(number)] })
    return cluster.fork()
  })
  await allJoined.promise
  const [first, second] = workers
  if (first === undefined || second === undefined) return
  const ask = (label: string): Promise<void> =>
    new Promise((resolve) => {
      const hear = ({ kind }: { kind: string }): void => {
        if (kind !== 'printed') return
        first.off('message', hear)
        resolve()
      }
      first.on('message', hear)
      first.send({ kind: 'ask', label })
    })
  await ask('all')
  second.process.kill('SIGSTOP')
  await ask('stopped')
  setTimeout(() => second.process.kill('SIGKILL'), 100)
  await ask('killed')
  for (const worker of workers) worker.process.kill('SIGKILL')
}

function work(number: number): void {
  if (number < 3) answerWith(() => ({ number }))
  if (number === 3) {
    answerWith(() => {
      throw new Error('no report')
    })
  }
  process.on('message', (message: unknown) => {
    const { kind, label } = message as { kind: string; label: string }
    if (kind !== 'ask') return
    const start = performance.now()
    void collectFromWorkers().then((reports) => {
      console.log(JSON.stringify({ label, reports, ms: performance.now() - start }))
      process.send?.({ kind: 'printed' })
    })
  })
  joinReports()
}

if (cluster.isPrimary) await main()
else work(Number(process.argv[2]))
