import { existsSync } from 'node:fs'
import path from 'node:path'
import { entryPoints, packageFolders, type Problem, readPackageJson } from './files.ts'

/** Checks that all that a package.json publishes exists: its sources, and once built, what was built of them. */
export function checkExports(root: string): Problem[] {
  return packageFolders(root).flatMap((folder) => {
    const manifest = readPackageJson(path.join(root, folder))
    const problems: Problem[] = []
    const built = existsSync(path.join(root, folder, 'dist'))
    const expect = (file: string, what: string): void => {
      if (!existsSync(path.join(root, folder, file))) {
        problems.push(`${folder}/package.json publishes ${what}, but ${path.posix.join(folder, file)} does not exist.`)
      }
    }
    const entries = entryPoints(manifest)
    for (const [subpath, target] of Object.entries(manifest.exports ?? {})) {
      if (typeof target === 'string') expect(target, subpath)
      else if (!entries.has(subpath))
        problems.push(`${folder}/package.json gives no "coatcheck-source" for ${subpath}.`)
      else {
        for (const [condition, file] of Object.entries(target)) {
          if (built || condition === 'coatcheck-source') expect(file, subpath)
        }
      }
    }
    for (const [command, file] of Object.entries(manifest.bin ?? {})) {
      expect(file.replace('/dist/', '/src/').replace(/\.js$/, '.ts'), `the command ${command}`)
      if (built) expect(file, `the command ${command}`)
    }
    return problems
  })
}
