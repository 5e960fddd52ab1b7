import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'

const limit = 3_000

it(`the whole client, bundled and minified, is at most ${limit} bytes compressed`, async (t) => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('../src/index.ts', import.meta.url)),
    platform: 'browser',
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  assert.equal(output.length, 1, 'one file, nothing imported')
  assert.deepEqual(output[0].imports, [])
  const { code } = output[0]
  const gzip = gzipSync(code, { level: constants.Z_BEST_COMPRESSION }).length
  const brotli = brotliCompressSync(code).length
  t.diagnostic(`minified ${code.length} bytes, gzip ${gzip}, brotli ${brotli}`)
  assert.ok(gzip <= limit, `gzip ${gzip}`)
  assert.ok(brotli <= limit, `brotli ${brotli}`)
})

it('nothing in the client reads a cookie or stores anything', async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('../src/index.ts', import.meta.url)),
    platform: 'browser',
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true })
  await bundle.close()
  assert.doesNotMatch(output[0].code, /\.cookie|localStorage|sessionStorage|indexedDB/)
})
