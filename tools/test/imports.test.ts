import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkImports } from '../checks/imports.ts'
import { makeTree } from './tree.ts'

const x = 'export const x = 1\n'

/** A file, what it contains, and what the check must say of it; null: nothing. */
const CASES: readonly (readonly [string, string, RegExp | null])[] = [
  ['server/src/core/a.ts', "import { x } from '../http/x.ts'", /core\/a\.ts:1 may not import http\/x\.ts/],
  ['server/src/core/a.ts', "import type { X } from '../http/x.ts'", /may not import http/],
  ['server/src/core/a.ts', "\nlet x: import('../http/x.ts').X", /core\/a\.ts:2 may not import http/],
  ['server/src/core/a.ts', "await import('../http/x.ts')", /may not import http/],
  ['server/src/core/a.ts', "export * from '../http/x.ts'", /may not import http/],
  ['server/src/core/a.ts', 'await import(String(1))', /imports what only the run time knows/],
  ['server/src/core/a.ts', "import { hono } from 'hono'", /may not import the package hono/],
  ['server/src/core/a.ts', "import fs from 'node:fs'", /may not import Node's node:fs/],
  ['server/src/core/a.ts', "import fs from 'fs'", /may not import Node's node:fs/],
  ['server/src/core/a.ts', "import { connect } from 'node:net'", /may import only isIP.* of node:net, not connect/],
  ['server/src/core/a.ts', "import * as net from 'node:net'", /of node:net, not everything/],
  ['server/src/core/a.ts', "import { isIP } from 'node:net'\nimport { createHmac } from 'node:crypto'", null],
  ['server/src/core/a.ts', "import { domainToASCII } from 'node:url'\nimport { x } from './b/c.ts'", null],
  ['server/src/core/a.ts', "// import { x } from '../http/x.ts'\nconst s = `import '../http/x.ts'`", null],
  ['server/src/stores/sqlite/a.ts', "import { x } from '../postgres/x.ts'", /may not import stores\/postgres/],
  ['server/src/stores/sqlite/a.ts', "import { x } from '../../http/x.ts'", /may not import http/],
  ['server/src/stores/sqlite/a.ts', "new Worker(new URL('../postgres/x.ts', import.meta.url))", /stores\/postgres/],
  ['server/src/stores/sqlite/a.ts', "import pg from 'pg'", /may not import the package pg/],
  ['server/src/stores/sqlite/a.ts', "import { x } from '../sql/x.ts'\nimport { y } from '../../core/y.ts'", null],
  ['server/src/stores/postgres/a.ts', "import pg from 'pg'", null],
  ['server/src/http/a.ts', "import { x } from '../stores/sqlite/x.ts'", /may not import stores/],
  ['server/src/http/a.ts', "import type { V } from '@coatcheck/client/protocol'", null],
  [
    'server/src/http/a.ts',
    "import { type V } from '@coatcheck/client/protocol'",
    /only types of @coatcheck\/client\/protocol/,
  ],
  ['server/src/http/a.ts', "import { createClient } from '@coatcheck/client'", /may not import the package/],
  ['server/src/http/a.ts', "import tldts from 'tldts'", /imports tldts, which its package\.json does not declare/],
  ['server/src/adapters/hono/a.ts', "import { x } from '../../http/x.ts'\nimport type { Y } from 'hono'", null],
  ['server/src/adapters/hono/a.ts', "import { x } from '../../core/x.ts'", /may not import core/],
  ['server/src/hashing/a.ts', "import { x } from '../stores/sqlite/x.ts'", /may not import stores/],
  ['server/src/testing/index.ts', "import test from 'node:test'", /may not import node:test/],
  ['server/src/coatcheck.ts', "import { x } from './cli/x.ts'", /may not import cli/],
  ['server/src/coatcheck.ts', "await import('./stores/sqlite/x.ts')\nimport { y } from './http/y.ts'", null],
  [
    'server/src/coatcheck.ts',
    "import { x } from './stores/sqlite/x.ts'",
    /may load stores\/sqlite\/x\.ts only by import/,
  ],
  ['server/src/coatcheck.ts', "import type { X } from './stores/sqlite/x.ts'", null],
  ['server/src/part.ts', "import { x } from './server/x.ts'", /may not import server/],
  ['server/src/cli/a.ts', "import { x } from '../server/x.ts'\nawait import(String(1))", null],
  ['server/src/elsewhere/a.ts', x, /elsewhere\/a\.ts has no row in the table/],
  ['server/src/cli/a.ts', "import { x } from '../../../client/src/x.ts'", /outside of its package/],
  ['client/src/a.ts', "import { z } from 'zod'", /may not import the package zod/],
  ['client/src/a.ts', "import fs from 'node:fs'", /may not import Node's node:fs/],
  ['client/src/a.ts', "import { useState } from 'react'", /may not import the package react/],
  ['client/src/a.ts', "import { x } from './react/x.ts'", /may not import react\/x\.ts/],
  ['client/src/react/a.ts', "import { useState } from 'react'; import { x } from '../x.ts'", null],
  ['client/src/a.ts', "import type { X } from '../../server/src/x.ts'", /outside of its package/],
  ['server/src/core/index.ts', x, /core\/index\.ts is a barrel file/],
  ['server/src/core/all.ts', "export * from './b.ts'\nexport { x } from './c.ts'", /core\/all\.ts is a barrel file/],
]

describe('the import rules', () => {
  for (const [file, text, expected] of CASES) {
    it(`${expected === null ? 'allow' : 'refuse'} in ${file}: ${text.replaceAll('\n', ' ')}`, (t) => {
      const problems = checkImports(makeTree(t, { [file]: text })).filter(
        (problem) => !problem.includes('testing/index.ts is'),
      )
      if (expected === null) assert.deepEqual(problems, [])
      else {
        assert.equal(problems.length, 1, problems.join('\n'))
        assert.match(problems[0] ?? '', expected)
      }
    })
  }

  it('say that a file does not parse', (t) => {
    const root = makeTree(t, { 'server/src/core/a.ts': 'import {' })
    assert.throws(() => checkImports(root), /core\/a\.ts does not parse/)
  })
})
