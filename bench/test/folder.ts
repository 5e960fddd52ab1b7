import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A test in a folder with docs/, as the root of a repository that goes away. */
export function inFolder(use: (root: string) => void | Promise<void>): () => Promise<void> {
  return async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'coatcheck-benchmarks-'))
    mkdirSync(path.join(root, 'docs'))
    try {
      await use(root)
    } finally {
      rmSync(root, { recursive: true })
    }
  }
}
