/** A JWT in a cookie, verified by jose on node:http, with the algorithm that ALG names: `HS256` or `EdDSA`. */
import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, type webcrypto } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import { answer, cookieNamed, newView, NOBODY, serve, SESSION_SECONDS, setting, type View } from './support.ts'

const algorithm = setting('ALG')
const keys: Keys = algorithm === 'EdDSA' ? ed25519() : await hmac()

type Key = KeyObject | webcrypto.CryptoKey
interface Keys {
  readonly signing: Key
  readonly verifying: Key
}

/** Prepared once. As a CryptoKey: jose imports a secret that is a KeyObject, or bytes, again for each token. */
async function hmac(): Promise<Keys> {
  const bytes = Buffer.from(setting('KEY'), 'base64')
  const key = await crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
  return { signing: key, verifying: key }
}

/** The same pair on every node: the seed is derived from the key that they share. */
function ed25519(): Keys {
  const seed = Buffer.from(hkdfSync('sha256', Buffer.from(setting('KEY'), 'base64'), '', 'ed25519', 32))
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const signing = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  return { signing, verifying: createPublicKey(signing) }
}

async function verified(token: string): Promise<View | null> {
  try {
    const { payload } = await jwtVerify<{ view: View }>(token, keys.verifying, { algorithms: [algorithm] })
    return payload.view
  } catch {
    return null
  }
}

serve({
  async session(request, response) {
    const token = cookieNamed(request.headers.cookie, 'session')
    const view = token === null ? null : await verified(token)
    answer(response, view === null ? NOBODY : JSON.stringify(view))
  },
  async start(_request, response) {
    const token = await new SignJWT({ view: newView() })
      .setProtectedHeader({ alg: algorithm })
      .setExpirationTime(`${SESSION_SECONDS}s`)
      .sign(keys.signing)
    response.writeHead(204, { 'set-cookie': `session=${token}; Path=/; HttpOnly; SameSite=Lax` }).end()
  },
  revoke(_request, response) {
    // All that there is to do: the browser is told to forget it.
    response.writeHead(204, { 'set-cookie': 'session=; Path=/; Max-Age=0' }).end()
  },
})
