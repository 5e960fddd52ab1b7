import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { KeyRing } from '../../../src/core/key-ring.ts'
import type { SessionKeeping } from '../../../src/core/store.ts'
import { cookieSealer } from '../../../src/stores/sealed-cookie/cookie-sealer.ts'
import { coatcheckSubject } from './coatcheck-subject.ts'
import { LeaseNode, PACKAGE } from './lease-node.ts'
import { Population } from './population.ts'
import { Psql } from './psql.ts'
import { SealedPopulation } from './sealed-population.ts'
import type { Subject } from './subject.ts'

/** How a cluster is to be. */
export interface ClusterOptions {
  /** The PostgreSQL server, as its superuser. */
  readonly postgresUrl: string
  readonly leaseMs: number
  /** Where the server's package is; this one, unless it is a mutant. */
  readonly root?: string
  /** After so long the driver gives up on an answer. 10,000 by default. */
  readonly requestTimeoutMs?: number
  readonly environment?: Readonly<Record<string, string>>
  /** A, B and C, unless told otherwise. */
  readonly names?: readonly string[]
  /** Of what the nodes connect to instead of the server: a pooler. */
  readonly poolerPort?: number
  /** `stored`, unless told otherwise. */
  readonly sessions?: SessionKeeping
}

/** Nodes on a database of their own, each behind its own proxy, with somebody at psql. */
export interface Cluster {
  readonly nodes: readonly LeaseNode[]
  readonly psql: Psql
  /** The database itself, not by way of a proxy. */
  readonly databaseUrl: string
  readonly subject: Subject
  close(): Promise<void>
}

/** Makes the database and starts the nodes. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const databaseUrl = await createDatabase(options.postgresUrl)
  const key = randomBytes(32)
  const environment = {
    COATCHECK_KEYS: key.toString('base64'),
    COATCHECK_LEASE_MS: String(options.leaseMs),
    COATCHECK_SESSIONS: options.sessions ?? 'stored',
    ...options.environment,
  }
  const { root = PACKAGE, requestTimeoutMs = 10_000 } = options
  const nodeUrl = new URL(databaseUrl)
  if (options.poolerPort !== undefined) nodeUrl.port = String(options.poolerPort)
  const create = (name: string): Promise<LeaseNode> =>
    LeaseNode.create({ name, databaseUrl: nodeUrl.href, environment, root, requestTimeoutMs })
  const nodes = await Promise.all((options.names ?? ['A', 'B', 'C']).map(create))
  const psql = new Psql(databaseUrl)
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
    await psql.close()
  }
  try {
    await Promise.all(nodes.map((node) => node.start()))
  } catch (error) {
    await close()
    throw error
  }
  const sealed = options.sessions === 'sealed'
  const population = sealed ? new SealedPopulation(psql) : new Population(psql, new KeyRing([key], 'session-token'))
  const subject = coatcheckSubject(nodes, psql, population, sealed ? cookieSealer([key], 'sealed-session') : null)
  return { nodes, psql, databaseUrl, subject, close }
}

async function createDatabase(serverUrl: string): Promise<string> {
  const name = `lease_${randomBytes(6).toString('hex')}`
  const client = new pg.Client(serverUrl)
  await client.connect()
  try {
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}
