import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder that goes away with the tests. */
export function temporaryFolder(after: (run: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-sqlite-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
