import { isPrivateNetwork, networkOf } from '../../core/network.ts'
import type { LeaseMetrics } from '../../core/session/lease-metrics.ts'
import { problem } from '../problem.ts'
import { route } from '../route.ts'

interface Metric {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  /** Null where there is nothing to tell. */
  of(metrics: LeaseMetrics): number | null
}

const inSeconds = (ms: number | null): number | null => (ms === null ? null : ms / 1_000)

const METRICS: readonly Metric[] = [
  counter('checks_from_memory_total', 'Checks answered from memory.', ({ hits }) => hits),
  counter('session_reads_total', 'Checks that needed the store.', ({ misses }) => misses),
  counter('session_reads_joined_total', 'Of these, those that joined a read under way.', ({ joined }) => joined),
  counter('session_reads_spoiled_total', 'Reads not kept: something changed meanwhile.', ({ spoiled }) => spoiled),
  gauge('cached_sessions', 'Sessions in memory.', ({ cachedSessions }) => cachedSessions),
  gauge('cached_session_bytes', 'What they are estimated to take.', ({ cachedBytes }) => cachedBytes),
  counter('cache_evictions_total', 'Sessions that went for want of room.', ({ evictions }) => evictions),
  gauge('lease_live', 'Whether checks may be answered from memory.', ({ leaseLive }) => (leaseLive ? 1 : 0)),
  gauge('lease_age_seconds', 'Since the last answered heartbeat was sent.', ({ leaseAgeMs }) => inSeconds(leaseAgeMs)),
  counter('lease_lost_total', 'Breaks of the change feed.', ({ lost }) => lost),
  counter('lease_regained_total', 'Times the change feed came to stand.', ({ regained }) => regained),
  counter('heartbeats_total', 'Heartbeats that were answered.', ({ beats }) => beats),
  gauge('heartbeat_seconds', 'How long the last heartbeat took: the lag of the feed.', ({ heartbeatMs }) =>
    inSeconds(heartbeatMs),
  ),
  counter('changes_heard_total', 'Changes that heartbeats brought.', ({ changes }) => changes),
]

/** `GET /metrics`: for a Prometheus beside the server, and nobody who says to come by way of a proxy. */
export const metricsRoute = route({
  method: 'GET',
  path: '/metrics',
  summary: 'Counters and gauges, for Prometheus',
  description:
    'Each process of the server by its `pid`. Answers private and loopback addresses; to all others, and to what a proxy has marked as passed on, there is nothing here. A proxy that marks nothing must not pass this address on.',
  answers: { 200: { description: 'Prometheus text format 0.0.4.', contentType: 'text/plain' } },
  problems: ['not-found'],
  async handle({ core, source, isForwarded }) {
    if (isForwarded() || source.address === null || !isPrivateNetwork(networkOf(source.address))) {
      return problem('not-found')
    }
    return { status: 200, text: metricsText(await core.gatherMetrics()) }
  },
})

/** @see Prometheus, "Exposition formats", text-based format */
function metricsText(processes: readonly LeaseMetrics[]): string {
  return METRICS.map(({ name, type, help, of }) => {
    const samples = processes.flatMap((metrics) => {
      const value = of(metrics)
      return value === null ? [] : [`coatcheck_${name}{pid="${metrics.pid}"} ${value}\n`]
    })
    return `# HELP coatcheck_${name} ${help}\n# TYPE coatcheck_${name} ${type}\n${samples.join('')}`
  }).join('')
}

function counter(name: string, help: string, of: Metric['of']): Metric {
  return { name, type: 'counter', help, of }
}

function gauge(name: string, help: string, of: Metric['of']): Metric {
  return { name, type: 'gauge', help, of }
}
