import { resolve } from 'node:path'
import { defaultClientConditions, defineConfig, type Plugin } from 'vite'

const repository = resolve(import.meta.dirname, '../../..')

/** Vite's own script looks for a restarted server from a worker and by WebSocket; the page itself needs neither. */
const letViteReload: Plugin = {
  name: 'let-vite-reload',
  apply: 'serve',
  transformIndexHtml: (html) => html.replace("connect-src 'self'", "worker-src blob:; connect-src 'self' ws:"),
}

/** For Vite's dev server. `npm start` sets where the API is and which port is ours. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [letViteReload],
  // The page's client comes from this repository's source. Your own project needs no such line.
  resolve: { conditions: ['coatcheck-source', ...defaultClientConditions] },
  define: { 'import.meta.env.VITE_API_URL': JSON.stringify(process.env['VITE_API_URL'] ?? 'http://localhost:4000') },
  // Nothing is bundled beforehand, so the first page load waits for nothing.
  optimizeDeps: { noDiscovery: true, include: [] },
  server: {
    port: 5173,
    strictPort: true,
    host: '127.0.0.1',
    cors: false,
    // By default Vite serves any file of the repository, and the API's keys are in one of them.
    fs: { allow: [import.meta.dirname, resolve(repository, 'packages/client/src')] },
  },
})
