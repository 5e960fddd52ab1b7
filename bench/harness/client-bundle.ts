import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'

/** How large a client is in a page: bundled, made small, and compressed. */
export interface ClientBytes {
  readonly minified: number
  readonly compressed: number
}

/** @param source what a page imports and calls, so that what it does not need can be left out */
export async function clientBytes(folder: string, name: string, source: string): Promise<ClientBytes> {
  mkdirSync(folder, { recursive: true })
  const entry = path.join(folder, `${name}.js`)
  writeFileSync(entry, source)
  const built = await build({
    configFile: false,
    root: folder,
    logLevel: 'silent',
    // Not as a module: Vite leaves the spaces in those, for whoever bundles them again.
    build: { write: false, minify: true, lib: { entry, formats: ['iife'], name: 'client' } },
  })
  const [made] = Array.isArray(built) ? built : [built]
  if (made === undefined || !('output' in made)) throw new Error(`Vite made no bundle of ${name}.`)
  const code = made.output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('')
  return { minified: Buffer.byteLength(code), compressed: gzipSync(code, { level: 9 }).byteLength }
}
