import assert from 'node:assert/strict'
import { readFileSync, writeFileSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { describe, test } from 'node:test'
import { merge, publish, readPublished } from '../harness/kept.ts'
import { readableJson, rounded } from '../harness/readable-json.ts'
import { ratiosToFirst, runsOf } from '../harness/runs.ts'
import { peerVersions } from '../harness/versions.ts'
import { outdatedFiles, pageFiles, writePage } from '../page/write-page.ts'
import { compare, type Report } from '../harness/report.ts'
import { inFolder } from './folder.ts'
import { keptOf, runsAt, samplePublished } from './sample.ts'

const report = (title: string, data: unknown = null): Report => ({ title, notes: [], columns: [], rows: [], data })

describe('the committed results', () => {
  test('take a suite in place of its older results, and keep the others as they are', () => {
    const first = merge({ suites: [] }, [keptOf('b', [report('b 1')]), keptOf('a', [report('a 1')])])
    const { suites } = merge(first, [keptOf('b', [report('b 2')], { command: 'another' })])
    assert.deepEqual(
      suites.map(({ suite, command, reports }) => [suite, command, reports[0]?.title]),
      [
        ['a', 'npm run bench -- a --write', 'a 1'],
        ['b', 'another', 'b 2'],
      ],
    )
  })

  test('have numbers of four digits, and of long lists what tells them', () => {
    const list = Array.from({ length: 1_000 }, (_none, index) => index + 1)
    assert.deepEqual(rounded({ a: 1.234567, b: 123_456.7, c: 'text', d: [0.12345], e: list }), {
      a: 1.235,
      b: 123_457,
      c: 'text',
      d: [0.1235],
      e: { count: 1_000, min: 1, p50: 500, p99: 990, max: 1_000 },
    })
  })

  test('are JSON that comes back the same, one thing a line', () => {
    const value = samplePublished()
    const text = readableJson(value)
    assert.deepEqual(JSON.parse(text), value)
    assert.ok(Math.max(...text.split('\n').map(({ length }) => length)) < 250)
  })

  test(
    'make the page and its drawings, remove what is left from before, and tell what differs',
    inFolder((root) => {
      assert.throws(() => readPublished(root), /There is no docs\/benchmarks\.json\. Measure and write it first/)
      const published = publish(root, samplePublished().suites)
      assert.deepEqual(readPublished(root), published)
      mkdirSync(path.join(root, 'docs/benchmarks'))
      writeFileSync(path.join(root, 'docs/benchmarks/old-light.svg'), '')
      assert.deepEqual(outdatedFiles(root), [...pageFiles(published).keys(), 'docs/benchmarks/old-light.svg'])
      writePage(root)
      assert.deepEqual(outdatedFiles(root), [])
      for (const file of ['docs/benchmarks.md', 'docs/benchmarks/peers-dark.svg']) {
        const before = readFileSync(path.join(root, file), 'utf8')
        writeFileSync(path.join(root, file), before.replace('0.52', '0.53'))
        assert.deepEqual(outdatedFiles(root), [file])
        writeFileSync(path.join(root, file), before)
      }
    }),
  )

  test(
    'name the versions that the lock file installs',
    inFolder((root) => {
      const file = path.join(root, 'package-lock.json')
      const packages = {
        '': { dependencies: { jose: '^6.0.0' } },
        'node_modules/jose': { version: '6.2.1' },
        'node_modules/x': {},
      }
      writeFileSync(file, JSON.stringify({ packages }))
      assert.deepEqual(peerVersions(file), { jose: '6.2.1' })
    }),
  )
})

describe('runs', () => {
  test('are known by their shape, and other data is not taken for them', () => {
    const { data } = compare('t', ['bare', 'x'], [runsAt(1), runsAt(0.5)], [])
    const runs = runsOf(data)
    assert.ok(runs !== null)
    assert.deepEqual(ratiosToFirst(runs)[1], { id: 'x', name: 'x', median: 0.5, min: 0.47, max: 0.53 })
    const named = runsOf({ y: { name: 'Y', runs: runsAt(1) } })
    assert.deepEqual(
      named?.map(({ id, name }) => [id, name]),
      [['y', 'Y']],
    )
    for (const other of [null, [], {}, 'x', { a: [] }, { a: [1] }, { a: runsAt(1), b: 1 }])
      assert.equal(runsOf(other), null)
  })
})
