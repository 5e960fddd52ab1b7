import { resolve } from 'node:path'

/** Everything that can be set, by environment variables; each has a default. */
export interface Settings {
  /** `PORT`, 4000: where the API listens. */
  readonly port: number
  /** `WEB_PORT`, 5173: where the front-end is served. */
  readonly webPort: number
  /** `DATA_FOLDER`, examples/trades/data: where the two databases live. */
  readonly dataFolder: string
  /** `SESSION_SECONDS`, 3600: how long a session lasts. Set it to 60 to watch one end. */
  readonly sessionSeconds: number
  /** The API's origin, as browsers write it. */
  readonly apiUrl: string
  /** The front-end's origin. It is not the API's: another port is another origin. */
  readonly webUrl: string
  /** The same page on another site: for a browser, 127.0.0.1 and localhost have nothing in common. */
  readonly farUrl: string
  /** The same page where the API does not know it. */
  readonly strangerUrl: string
}

/** Why this cannot start, as one sentence for the person at the terminal. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart'
}

/** @throws CannotStart naming the variable, with what to write instead */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const number = (name: string, fallback: number, most: number): number => {
    const text = environment[name]?.trim() || String(fallback)
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= 1 && value <= most) return value
    throw new CannotStart(`${name} is "${text}": write a whole number from 1 to ${most}.`)
  }
  const port = number('PORT', 4000, 65_535)
  const webPort = number('WEB_PORT', 5173, 65_535)
  if (port === webPort) {
    throw new CannotStart(`PORT and WEB_PORT are both ${port}: the API and the page need a port each.`)
  }
  return {
    port,
    webPort,
    dataFolder: resolve(environment['DATA_FOLDER'] || resolve(import.meta.dirname, '../../data')),
    sessionSeconds: number('SESSION_SECONDS', 3600, 30 * 86_400),
    apiUrl: `http://localhost:${port}`,
    webUrl: `http://localhost:${webPort}`,
    farUrl: `http://127.0.0.1:${webPort}`,
    strangerUrl: `http://trades.localhost:${webPort}`,
  }
}
