/**
 * Sealing and opening the same content by Coatcheck and its peers, turn by turn, in a process of its own: told ROUNDS, and
 * in PEERS the folder where the peers are installed. Prints one line of JSON.
 */
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { sealedCookies } from 'coatcheck/sealed-cookie'

/** What one round of one subject took, in microseconds each, one at a time. */
export interface SealRound {
  readonly sealUs: number
  readonly openUs: number
  /** The process's time, threads included. */
  readonly sealCpuUs: number
  readonly openCpuUs: number
}

/** All rounds of a subject. */
export interface SealRounds {
  readonly name: string
  /** Of the sealed text. */
  readonly bytes: number
  readonly rounds: readonly SealRound[]
}

interface Subject {
  readonly name: string
  seal(content: object): string | Promise<string>
  open(text: string): unknown
}

/** As much of the peers as is used here: they are nobody's dependency, so their types are not at hand. */
interface IronSession {
  sealData(content: object, options: { password: string; ttl: number }): Promise<string>
  unsealData(text: string, options: { password: string; ttl: number }): Promise<object>
}
interface EncryptJwt {
  setProtectedHeader(header: { alg: string; enc: string }): EncryptJwt
  setExpirationTime(end: string): EncryptJwt
  encrypt(key: unknown): Promise<string>
}
interface Jose {
  readonly EncryptJWT: new (content: object) => EncryptJwt
  jwtDecrypt(text: string, key: unknown): Promise<{ payload: object }>
}

const LOOP_MS = 300
const STRIDE = 50
const NAME = 'session'
const CONTENT = {
  userId: 'kq3vXcU1RkWb0m8gQ2mD5A',
  sessionId: 'AAECAwQFBgcICQoLDA0ODw',
  createdAt: 1_771_318_800_000,
  expiresAt: 1_773_910_800_000,
  methods: ['password'],
  theme: 'dark',
  language: 'en-GB',
}

const peers = createRequire(pathToFileURL(`${process.env['PEERS'] ?? ''}/package.json`))
const load = async (name: string): Promise<unknown> => import(pathToFileURL(peers.resolve(name)).href)

function ours(name: string, key: (cookies: ReturnType<typeof sealedCookies>) => Omit<Subject, 'name'>): Subject {
  return { name, ...key(sealedCookies({ keys: [randomBytes(64)] })) }
}

async function subjects(): Promise<readonly Subject[]> {
  const { sealData, unsealData } = (await load('iron-session')) as IronSession
  const { EncryptJWT, jwtDecrypt } = (await load('jose')) as Jose
  const options = { password: randomBytes(32).toString('hex'), ttl: 3_600 }
  // jose would import a KeyObject again for each token.
  const key = await crypto.subtle.importKey('raw', randomBytes(32), 'AES-GCM', false, ['encrypt', 'decrypt'])
  return [
    ours('private cookie', (cookies) => ({
      seal: (content) => cookies.private.seal(NAME, JSON.stringify(content)),
      open: (text) => JSON.parse(cookies.private.open(NAME, text) ?? ''),
    })),
    ours('signed cookie', (cookies) => ({
      seal: (content) => cookies.signed.sign(NAME, JSON.stringify(content)),
      open: (text) => JSON.parse(cookies.signed.verify(NAME, text) ?? ''),
    })),
    {
      name: 'JWE (jose, dir, A256GCM)',
      seal: (content) =>
        new EncryptJWT({ ...content })
          .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
          .setExpirationTime('1h')
          .encrypt(key),
      open: async (text) => (await jwtDecrypt(text, key)).payload,
    },
    {
      name: 'iron-session',
      seal: (content) => sealData(content, options),
      open: (text) => unsealData(text, options),
    },
  ]
}

/** Awaits what is a promise, and nothing else: a subject that answers at once must not pay for those that don't. */
async function timed(once: () => unknown): Promise<{ readonly us: number; readonly cpuUs: number }> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  let count = 0
  while (performance.now() - start < LOOP_MS) {
    for (const stop = count + STRIDE; count < stop; count += 1) {
      const result = once()
      if (result instanceof Promise) await result
    }
  }
  const { user, system } = process.cpuUsage(cpu)
  return { us: ((performance.now() - start) * 1_000) / count, cpuUs: (user + system) / count }
}

async function round({ seal, open }: Subject): Promise<SealRound> {
  const sealing = await timed(() => seal(CONTENT))
  const text = await seal(CONTENT)
  const opening = await timed(() => open(text))
  return { sealUs: sealing.us, sealCpuUs: sealing.cpuUs, openUs: opening.us, openCpuUs: opening.cpuUs }
}

const results: { name: string; bytes: number; rounds: SealRound[] }[] = []
const all = await subjects()
for (const subject of all) {
  const text = await subject.seal(CONTENT)
  const opened = JSON.stringify(await subject.open(text))
  if (!opened.includes(CONTENT.sessionId)) throw new Error(`${subject.name} does not open what it has sealed.`)
  results.push({ name: subject.name, bytes: Buffer.byteLength(text), rounds: [] })
}
// The first round warms up: the compiler has seen everything.
for (let turn = -1; turn < Number(process.env['ROUNDS']); turn += 1) {
  for (const [index, subject] of all.entries()) {
    const took = await round(subject)
    if (turn >= 0) results[index]?.rounds.push(took)
  }
}
console.log(JSON.stringify(results))
