import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { statSync } from 'node:fs'
import { PUBLISHED_FILE } from '../harness/kept.ts'
import { outdatedFiles } from '../page/write-page.ts'

const root = path.resolve(import.meta.dirname, '../..')

test('the committed page of the benchmarks and its drawings are what the committed results make', () => {
  assert.deepEqual(outdatedFiles(root), [], 'Write them again: npm run bench -- --page')
})

test('the committed results are small enough to be read', () => {
  assert.ok(statSync(path.join(root, PUBLISHED_FILE)).size < 300_000)
})
