import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import type { Settings } from '../api/src/settings.ts'

/** The page, being served. */
export interface RunningWeb {
  close(): Promise<void>
}

/**
 * Starts Vite's dev server for the page, on a listener of ours: Vite's own would answer the signals that are ours.
 *
 * @param lab what answers `/lab`
 */
export async function startWeb(
  { apiUrl, webPort, dataFolder }: Pick<Settings, 'apiUrl' | 'webPort' | 'dataFolder'>,
  lab?: RequestListener,
): Promise<RunningWeb> {
  const [vite, { default: config }] = await Promise.all([import('vite'), import('./vite.config.ts')])
  const server = createServer()
  const dev = await vite.createServer({
    ...config,
    configFile: false,
    cacheDir: join(dataFolder, 'vite'),
    clearScreen: false,
    define: { 'import.meta.env.VITE_API_URL': JSON.stringify(apiUrl) },
    logLevel: 'warn',
    server: { ...config.server, middlewareMode: true, hmr: { server } },
  })
  server.on('request', (request, response) =>
    lab !== undefined && /^\/lab(?:\?|$)/.test(request.url ?? '')
      ? lab(request, response)
      : dev.middlewares(request, response),
  )
  const close = async (): Promise<void> => {
    await dev.close()
    server.closeAllConnections()
    server.close()
  }
  try {
    server.listen(webPort, '127.0.0.1')
    await once(server, 'listening')
    return { close }
  } catch (error) {
    await close()
    throw error
  }
}
