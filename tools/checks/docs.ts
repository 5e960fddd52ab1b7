import { existsSync } from 'node:fs'
import path from 'node:path'
import type { ESTree } from 'vite'
import { entryPoints, packageFolders, type Problem, readPackageJson } from './files.ts'
import { readSource, type Source } from './source.ts'

/** Where a name is declared, or passed on from. */
interface Found {
  readonly documented: boolean
  /** the file to look in instead, and the name there */
  readonly from?: { readonly specifier: string; readonly name: string }
}

function hasDocComment({ comments, text }: Source, start: number): boolean {
  return comments.some(({ type, value, end }) => {
    return type === 'Block' && value.startsWith('*') && end <= start && text.slice(end, start).trim() === ''
  })
}

function declaredNames(node: ESTree.Node | null): string[] {
  if (node === null) return []
  if (node.type === 'VariableDeclaration') {
    return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  }
  return 'id' in node && node.id !== null && typeof node.id === 'object' && 'name' in node.id ? [node.id.name] : []
}

function nameText(node: ESTree.ModuleExportName): string {
  return node.type === 'Literal' ? node.value : node.name
}

/** The names that a file exports, with those that it passes on wholesale under `* specifier`. */
function exportedNames({ program }: Source): string[] {
  return program.body.flatMap((node) => {
    if (node.type === 'ExportAllDeclaration')
      return [node.exported === null ? `* ${node.source.value}` : nameText(node.exported)]
    if (node.type !== 'ExportNamedDeclaration') return []
    return [...node.specifiers.map((item) => nameText(item.exported)), ...declaredNames(node.declaration)]
  })
}

/** Looks for a name in one file: as a declaration, an import, or something passed on. Null when it is not there. */
function find(source: Source, name: string): Found | null {
  let found: Found | null = null
  for (const node of source.program.body) {
    if (node.type === 'ExportNamedDeclaration') {
      for (const item of node.specifiers) {
        if (nameText(item.exported) !== name) continue
        if (hasDocComment(source, node.start)) return { documented: true }
        if (node.source !== null)
          return { documented: false, from: { specifier: node.source.value, name: nameText(item.local) } }
        if (nameText(item.local) !== name) return find(source, nameText(item.local))
      }
    }
    if (node.type === 'ImportDeclaration') {
      for (const item of node.specifiers) {
        if (item.local.name !== name || item.type !== 'ImportSpecifier') continue
        found ??= { documented: false, from: { specifier: node.source.value, name: nameText(item.imported) } }
      }
    }
    const declaration = node.type === 'ExportNamedDeclaration' ? node.declaration : node
    if (declaration !== null && declaredNames(declaration).includes(name)) {
      // of a function's overloads, one comment is enough
      found = { documented: found?.documented === true || hasDocComment(source, node.start) }
    }
  }
  return found
}

function isDocumented(file: string, name: string, depth = 0): boolean {
  if (!existsSync(file) || depth > 10) return true // the type checker says so better
  const source = readSource(file)
  const found = find(source, name)
  if (found?.documented === true) return true
  if (found?.from !== undefined) {
    if (!found.from.specifier.startsWith('.')) return true // another package's; it is checked there
    return isDocumented(path.resolve(path.dirname(file), found.from.specifier), found.from.name, depth + 1)
  }
  if (found !== null) return false
  const wholesale = exportedNames(source).filter((other) => other.startsWith('* .'))
  return wholesale.every((other) => isDocumented(path.resolve(path.dirname(file), other.slice(2)), name, depth + 1))
}

function publicNames(file: string, depth = 0): string[] {
  if (!existsSync(file) || depth > 10) return []
  return exportedNames(readSource(file)).flatMap((name) => {
    if (!name.startsWith('* ')) return [name]
    return name.startsWith('* .') ? publicNames(path.resolve(path.dirname(file), name.slice(2)), depth + 1) : []
  })
}

/** Checks that everything that a published entry point exports has a doc comment where it is declared. */
export function checkDocs(root: string): Problem[] {
  return packageFolders(root).flatMap((folder) => {
    const entries = [...entryPoints(readPackageJson(path.join(root, folder))).values()]
    return entries.flatMap((entry) => {
      const file = path.join(root, folder, entry)
      const missing = publicNames(file).filter((name) => !isDocumented(file, name))
      return missing.map((name) => `${folder}/${entry} exports ${name}, which has no doc comment where it is declared.`)
    })
  })
}
