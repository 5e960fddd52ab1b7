import { createRequire } from 'node:module'
import path from 'node:path'

/** As much of `tools/run/install.cjs` as is used here. */
interface Installer {
  ensureInstalled(folder: string, done: (sentence: string | null) => void): void
}

/**
 * Installs the peers when bench/node_modules is missing or belongs to another lock file, as every command here does with
 * its own dependencies.
 *
 * @throws Error a sentence that says what is wrong
 */
export function installPeers(root: string): Promise<void> {
  const installer = createRequire(import.meta.url)(path.join(root, 'tools/run/install.cjs')) as Installer
  return new Promise((resolve, reject) => {
    installer.ensureInstalled(path.join(root, 'bench'), (sentence) =>
      sentence === null ? resolve() : reject(new Error(sentence)),
    )
  })
}
