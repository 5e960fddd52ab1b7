import { isBuiltin } from 'node:module'
import path from 'node:path'
import {
  entryPoints,
  packageFolders,
  type PackageJson,
  type Problem,
  readPackageJson,
  typescriptFiles,
} from './files.ts'
import { clientLayer, type Layer, serverLayer } from './layers.ts'
import { type Import, readSource, type Source } from './source.ts'

/** The name of the package that a specifier reaches into: `@a/b/c` is `@a/b`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function refuseBuiltIn({ specifier, names }: Import, { builtIns, never = [] }: Layer): string | null {
  const module = specifier.startsWith('node:') ? specifier : `node:${specifier}`
  if (never.some((name) => module === name || module.startsWith(`${name}/`))) return `may not import ${module}`
  if (builtIns === 'all') return null
  if (builtIns === 'none') return `may not import Node's ${module}`
  if (!Object.hasOwn(builtIns, module)) return `may not import Node's ${module}`
  const allowed = builtIns[module] ?? null
  if (allowed === null) return null
  const tooMuch = names === null ? ['everything'] : names.filter((name) => !allowed.includes(name))
  return tooMuch.length > 0 ? `may import only ${allowed.join(', ')} of ${module}, not ${tooMuch.join(', ')}` : null
}

function refusePackage({ specifier, typeOnly }: Import, layer: Layer, manifest: PackageJson): string | null {
  const name = packageOf(specifier)
  if (layer.typesOf?.includes(specifier) === true && !typeOnly) {
    return `may import only types of ${specifier}, by "import type"`
  }
  const allowed = layer.packages.includes('*') || layer.packages.includes(name) || layer.typesOf?.includes(specifier)
  if (allowed !== true) return `may not import the package ${specifier}`
  const { dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = manifest
  const declared = { ...dependencies, ...peerDependencies, ...optionalDependencies }
  return Object.hasOwn(declared, name) ? null : `imports ${name}, which its package.json does not declare`
}

function refuseFile(target: string, { typeOnly, lazy }: Import, layer: Layer): string | null {
  const { may, mayNot = [], onlyLazily = [] } = layer
  if (target.startsWith('..')) return 'may not import a file outside of its package; use the package by its name'
  const within = (folder: string): boolean => folder === '*' || target === folder || target.startsWith(folder)
  if (!may.some(within) || mayNot.some(within)) return `may not import ${target}`
  return typeOnly || lazy || !onlyLazily.some(within) ? null : `may load ${target} only by import() where it is chosen`
}

function refuse(file: string, item: Import, layer: Layer, manifest: PackageJson): string | null {
  if (/^\.\.?(\/|$)/.test(item.specifier)) {
    return refuseFile(path.posix.join(path.posix.dirname(file), item.specifier), item, layer)
  }
  if (isBuiltin(item.specifier)) return refuseBuiltIn(item, layer)
  return refusePackage(item, layer, manifest)
}

/** Whether every statement only passes on what other files export. */
function isBarrel({ program }: Source): boolean {
  const passesOn = (type: string): boolean => type === 'ExportAllDeclaration' || type === 'ExportNamedDeclaration'
  const statements = program.body
  return (
    statements.length > 1 &&
    statements.every((statement) => passesOn(statement.type) && 'source' in statement && statement.source !== null)
  )
}

/**
 * Checks who imports whom in the packages' sources against the table of ARCHITECTURE.md, type-only imports
 * included, and that barrel files exist only where package.json publishes them.
 *
 * @param layerOf  the table: a package's name and a file of its sources to what the file may import
 */
export function checkImports(root: string, layerOf = layerOfPackage): Problem[] {
  return packageFolders(root).flatMap((folder) => {
    const manifest = readPackageJson(path.join(root, folder))
    const entries = new Set(entryPoints(manifest).values())
    const src = path.join(root, folder, 'src')
    return typescriptFiles(src).flatMap((file) => {
      const name = `${folder}/src/${file}`
      const layer = layerOf(manifest.name, file)
      if (layer === null) return [`${name} has no row in the table of layers (tools/checks/layers.ts).`]
      const source = readSource(path.join(src, file))
      const problems = source.imports.flatMap((item) => {
        const reason = refuse(file, item, layer, manifest)
        return reason === null ? [] : [`${name}:${item.line} ${reason}.`]
      })
      if (layer.packages.length === 0 || layer.packages[0] !== '*') {
        for (const line of source.opaqueImports) problems.push(`${name}:${line} imports what only the run time knows.`)
      }
      const barrel = path.posix.basename(file) === 'index.ts' || isBarrel(source)
      if (barrel && !entries.has(`src/${file}`))
        problems.push(`${name} is a barrel file, and no published entry point.`)
      return problems
    })
  })
}

function layerOfPackage(name: string, file: string): Layer | null {
  return name === 'coatcheck' ? serverLayer(file) : clientLayer(file)
}
