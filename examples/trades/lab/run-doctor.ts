import { execFile } from 'node:child_process'
import { resolve } from 'node:path'

const COMMAND = resolve(import.meta.dirname, '../../../packages/server/src/cli/main.ts')
const PATIENCE_MS = 30_000

/** What the doctor found. */
export interface Finding {
  readonly words: string
  readonly mend: string
}

/** Runs `coatcheck doctor --url … --frontend …`: it sees what browsers hide from a page. */
export function runDoctor(url: string, page: string): Promise<Finding> {
  const command = ['--conditions=coatcheck-source', COMMAND, 'doctor', '--url', url, '--frontend', page, '--json']
  return new Promise((done, fail) => {
    // It ends with 1 when it has found something.
    execFile(process.execPath, command, { timeout: PATIENCE_MS }, (_error, stdout, stderr) => {
      try {
        const { words, mend } = JSON.parse(stdout) as Finding
        done({ words, mend })
      } catch (cause) {
        fail(new Error(`coatcheck doctor: ${stderr.trim()}`, { cause }))
      }
    })
  })
}
