import { existsSync } from 'node:fs'
import { findOnPath, installDebianPackage } from './debian.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
const ELSEWHERE = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome']

/** The path of a Chromium on this machine: the one that COATCHECK_TEST_CHROMIUM names, else one found, else null. */
export function findChromium(): string | null {
  const named = process.env['COATCHECK_TEST_CHROMIUM']
  if (named !== undefined && existsSync(named)) return named
  for (const name of NAMES) {
    const found = findOnPath(name)
    if (found !== null) return found
  }
  return ELSEWHERE.find((file) => existsSync(file)) ?? null
}

/**
 * The path of a Chromium, installed now if need be.
 *
 * @throws Error one sentence with the command that installs it, where this process may not
 */
export function requireChromium(): string {
  const found = findChromium()
  if (found !== null) return found
  installDebianPackage('Chromium', 'chromium')
  const installed = findChromium()
  if (installed === null) throw new Error('Chromium was installed, but is not on the PATH.')
  return installed
}
