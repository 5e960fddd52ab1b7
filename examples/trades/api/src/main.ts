/** Runs the API alone: `node --conditions=coatcheck-source examples/trades/api/src/main.ts`. `npm start` adds the page. */
import { startApi } from './api.ts'
import { readSettings } from './settings.ts'

const settings = readSettings(process.env)
const api = await startApi(settings)
console.log(`The trades API listens on ${settings.apiUrl}.`)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void api.close())
