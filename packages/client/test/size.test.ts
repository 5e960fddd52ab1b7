import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

/** What a page that imports an entry point loads, React itself excepted. */
async function bundle(entry: string): Promise<{ code: string; imports: readonly string[] }> {
  const input = fileURLToPath(new URL(`../src/${entry}`, import.meta.url))
  const bundle = await rolldown({ input, platform: 'browser', external: ['react'], logLevel: 'silent' })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  assert.equal(output.length, 1, 'one file')
  return output[0]
}

function sizes(code: string): { gzip: number; brotli: number } {
  const gzip = gzipSync(code, { level: constants.Z_BEST_COMPRESSION }).length
  return { gzip, brotli: brotliCompressSync(code).length }
}

describe('the client, bundled and minified', () => {
  const limits = { 'index.ts': 3_000, 'react/index.ts': 800 }
  for (const [entry, limit] of Object.entries(limits)) {
    it(`is at most ${limit} bytes compressed (${entry})`, async (t) => {
      const { code, imports } = await bundle(entry)
      assert.deepEqual(imports, entry.startsWith('react') ? ['react'] : [], 'nothing else is imported')
      const { gzip, brotli } = sizes(code)
      t.diagnostic(`${entry}: minified ${code.length} bytes, gzip ${gzip}, brotli ${brotli}`)
      assert.ok(gzip <= limit && brotli <= limit, `gzip ${gzip}, brotli ${brotli}`)
    })

    it(`reads no cookie and stores nothing (${entry})`, async () => {
      assert.doesNotMatch((await bundle(entry)).code, /\.cookie|localStorage|sessionStorage|indexedDB|caches/)
    })
  }
})
