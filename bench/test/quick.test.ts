import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { PUBLISHED_FILE, publish } from '../harness/kept.ts'
import { compare } from '../harness/report.ts'
import { runQuick } from '../quick.ts'
import { inFolder } from './folder.ts'
import { keptOf, runsAt } from './sample.ts'

describe('--quick', () => {
  const quickly = (speed: number) =>
    keptOf('quick', [compare('t', ['bare', 'coatcheck serve'], [runsAt(1), runsAt(speed)], [])])
  const never = () => Promise.reject(new Error('measured'))

  test(
    'ends with 1 when Coatcheck fell beyond the spread, else with 0',
    inFolder(async (root) => {
      publish(root, [quickly(0.8)])
      assert.equal(await runQuick(root, () => Promise.resolve(quickly(0.81))), 0)
      assert.equal(await runQuick(root, () => Promise.resolve(quickly(0.9))), 0)
      assert.equal(await runQuick(root, () => Promise.resolve(quickly(0.6))), 1)
    }),
  )

  test(
    'says what is missing before it measures',
    inFolder(async (root) => {
      await assert.rejects(runQuick(root, never), /There is no docs\/benchmarks\.json/)
      writeFileSync(path.join(root, PUBLISHED_FILE), '{"suites":[]}')
      await assert.rejects(runQuick(root, never), /no quick run to compare with/)
    }),
  )
})
