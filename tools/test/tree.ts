import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestContext } from 'node:test'

const SERVER = {
  name: 'coatcheck',
  exports: { '.': { 'coatcheck-source': './src/index.ts', default: './dist/index.js' } },
  dependencies: { '@coatcheck/client': '1', hono: '1', pg: '1', zod: '1' },
}
const CLIENT = {
  name: '@coatcheck/client',
  exports: { '.': { 'coatcheck-source': './src/index.ts' } },
  peerDependencies: { react: '>=18' },
}

/** Writes a small repository with a server and a client package, for one test; the files' names start below packages. */
export function makeTree(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'tree-'))
  t.after(() => rmSync(root, { recursive: true }))
  const all = {
    'server/package.json': JSON.stringify(SERVER),
    'client/package.json': JSON.stringify(CLIENT),
    'server/src/index.ts': '/** A thing. */\nexport const thing = 1\n',
    'client/src/index.ts': '/** Another. */\nexport const other = 1\n',
    ...files,
  }
  for (const [name, text] of Object.entries(all)) {
    const file = path.join(root, 'packages', name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return root
}
