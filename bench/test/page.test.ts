import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { benchmarksPage } from '../page/page.ts'
import { table } from '../page/markdown.ts'
import { PEERS } from '../harness/peers.ts'
import { keptOf, samplePublished } from './sample.ts'

const page = benchmarksPage(samplePublished())

function sectionOf(heading: string): string {
  const [, after = ''] = page.split(new RegExp(`\n##+ ${heading}\n`))
  return after.split('\n## ')[0] ?? ''
}

describe('the page of the benchmarks', () => {
  test('says in its first line that it is made, from what and by which command', () => {
    const [first = ''] = page.split('\n')
    assert.match(first, /^<!-- Generated from docs\/benchmarks\.json by "npm run bench -- --page"/)
  })

  test('begins with the main drawing, for light pages and for dark ones', () => {
    const [head = ''] = page.split('\n## ')
    assert.match(
      head,
      /<source media="\(prefers-color-scheme: dark\)" srcset="benchmarks\/speed-and-staleness-dark\.svg">/,
    )
    assert.match(head, /<img alt="[^"]+" src="benchmarks\/speed-and-staleness-light\.svg" width="640">/)
  })

  test('tells rates, ratios with their range, CPU and latencies, and leaves out what only helps to judge a run', () => {
    assert.ok(sectionOf('Check').includes('| subject | requests/s | ratio | CPU µs a request | p50 ms | p99 ms |'))
    assert.match(sectionOf('Check'), /\| JWT by jose, HS256 \| 20,800 \([\d,]+–[\d,]+\) \| 0\.52 \(0\.489–0\.551\) \|/)
    assert.doesNotMatch(page, /share of core|ratio by CPU/)
  })

  test('puts speed and staleness into one table', () => {
    assert.ok(sectionOf('Staleness beside speed').includes('| JWT by jose, HS256 | 0.52 | until it expires |'))
    assert.ok(
      sectionOf('Staleness beside speed').includes('| better-auth with cookieCache, its HTTP handler | 0.12 | 5 min |'),
    )
  })

  test('says of each peer what it does not do', () => {
    for (const { name, doesNot } of PEERS) {
      const rows = sectionOf('What the peers do not do').split('\n')
      const row = rows.find((line) => line.startsWith(`| ${name} | `)) ?? ''
      assert.ok(row !== '' && doesNot.every((words) => row.includes(words)), name)
    }
  })

  test('says of each suite when, at which commit and by which command it was measured', () => {
    assert.ok(
      sectionOf('Check').includes(
        'Measured 2001-02-03 at commit abc1234 by `npm run bench -- peers --write`, machine A.',
      ),
    )
    assert.ok(sectionOf('Staleness beside speed').includes('Measured 2001-02-04 at commit abc1234'))
  })

  test('names the machine and all versions, once for each that differs', () => {
    const other = keptOf('checks', [], { versions: { PostgreSQL: '18.0' } })
    const two = benchmarksPage({ suites: [...samplePublished().suites, other] })
    assert.equal(
      two.match(/\*\*Machine [AB]\*\*: Imaginary CPU, 2 cores, 8 GiB, Linux 6\.0, Node v24\.0\.0, wrk 4\.1\.0/g)
        ?.length,
      2,
    )
    assert.ok(page.includes('| jose | 6.0.0 |') && !page.includes('Machine B'))
  })

  test('says so where what was measured is in no commit', () => {
    const [kept] = samplePublished().suites
    assert.ok(kept !== undefined)
    const machine = { ...kept.machine, commit: `${kept.machine.commit} (and changes that are not committed)` }
    const dirty = benchmarksPage({ suites: [{ ...kept, machine }] })
    assert.ok(dirty.includes('at commit abc1234 with changes that are not committed by `'))
  })

  test('leaves out no suite, also none that it has no heading for', () => {
    assert.ok(sectionOf('More').includes('### Something new'))
  })

  test('ends with what it does not show', () => {
    assert.match(sectionOf('What this does not show'), /two cores[^]*loopback[^]*TLS/)
  })

  test('writes what stands in a cell as text', () => {
    assert.equal(table(['a|b'], [['<c>']]), '| a\\|b |\n| --- |\n| &lt;c> |')
  })
})
