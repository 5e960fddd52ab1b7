import { readFileSync } from 'node:fs'
import { type ESTree, parseSync, Visitor } from 'vite'

/** One import of a source file, however it is written. */
export interface Import {
  readonly specifier: string
  readonly line: number
  /** `import type`, `export type … from`, or a type's `import()`: nothing of it is left at run time */
  readonly typeOnly: boolean
  /** loaded when the program gets there, not before: `import(…)`, a worker's file */
  readonly lazy: boolean
  /** the names it takes; null where it takes, or may take, all of them */
  readonly names: readonly string[] | null
}

/** A parsed source file. */
export interface Source {
  readonly text: string
  readonly program: ESTree.Program
  readonly comments: readonly {
    readonly type: string
    readonly value: string
    readonly start: number
    readonly end: number
  }[]
  readonly imports: readonly Import[]
  /** lines of `import(…)` whose argument is not a literal, so that it cannot be followed */
  readonly opaqueImports: readonly number[]
  lineOf(offset: number): number
}

function literalText(node: ESTree.Expression): string | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : null
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? null
  return null
}

function nameOf(node: ESTree.ModuleExportName): string {
  return node.type === 'Literal' ? node.value : node.name
}

/** The file that `new URL('./x', import.meta.url)` names, as it does for a worker; else null. */
function fileOfUrl(node: ESTree.NewExpression): string | null {
  const [first, second] = node.arguments
  if (node.callee.type !== 'Identifier' || node.callee.name !== 'URL' || first === undefined) return null
  if (second?.type !== 'MemberExpression' || second.object.type !== 'MetaProperty') return null
  const text = first.type === 'SpreadElement' ? null : literalText(first)
  return text !== null && /^\.\.?\/.*\.[cm]?[jt]s$/.test(text) ? text : null
}

/**
 * Parses a source file and lists what it imports: static and dynamic imports, re-exports, `import()` in types, and
 * files that `new URL(…, import.meta.url)` names.
 *
 * @throws Error when it does not parse
 */
export function readSource(file: string): Source {
  const text = readFileSync(file, 'utf8')
  const { program, comments, errors } = parseSync(file, text)
  if (errors[0] !== undefined) throw new Error(`${file} does not parse: ${errors[0].message}`)
  const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length
  const imports: Import[] = []
  const opaqueImports: number[] = []
  const add = (specifier: string, at: number, typeOnly: boolean, names: readonly string[] | null): void => {
    imports.push({ specifier, line: lineOf(at), typeOnly, names, lazy: false })
  }
  const addLazy = (specifier: string, at: number): void => {
    imports.push({ specifier, line: lineOf(at), typeOnly: false, names: null, lazy: true })
  }
  const addDynamic = (argument: ESTree.Expression, at: number): void => {
    const specifier = literalText(argument)
    if (specifier === null) opaqueImports.push(lineOf(at))
    else addLazy(specifier, at)
  }
  new Visitor({
    ImportDeclaration(node) {
      const names = node.specifiers.map((item) => (item.type === 'ImportSpecifier' ? nameOf(item.imported) : null))
      const known = names.filter((name) => name !== null)
      add(node.source.value, node.start, node.importKind === 'type', known.length === names.length ? known : null)
    },
    ExportNamedDeclaration(node) {
      if (node.source === null) return
      const names = node.specifiers.map((item) => nameOf(item.local))
      add(node.source.value, node.start, node.exportKind === 'type', names)
    },
    ExportAllDeclaration(node) {
      add(node.source.value, node.start, node.exportKind === 'type', null)
    },
    ImportExpression(node) {
      addDynamic(node.source, node.start)
    },
    TSImportType(node) {
      add(node.source.value, node.start, true, null)
    },
    CallExpression(node) {
      const [first] = node.arguments
      const isRequire = node.callee.type === 'Identifier' && node.callee.name === 'require'
      if (isRequire && first !== undefined && first.type !== 'SpreadElement') addDynamic(first, node.start)
    },
    NewExpression(node) {
      const named = fileOfUrl(node)
      if (named !== null) addLazy(named, node.start)
    },
  }).visit(program)
  return { text, program, comments, imports, opaqueImports, lineOf }
}

/** The source with comments and the text of strings blanked out, so that only code is left; offsets stay. */
export function codeOnly({ text, program, comments }: Source): string {
  const spans = comments.map(({ start, end }) => [start, end] as const)
  new Visitor({
    Literal(node) {
      if (typeof node.value === 'string' || 'regex' in node) spans.push([node.start, node.end])
    },
    TemplateElement(node) {
      spans.push([node.start, node.end])
    },
  }).visit(program)
  let code = text
  for (const [start, end] of spans) {
    code = code.slice(0, start) + code.slice(start, end).replaceAll(/[^\n]/g, ' ') + code.slice(end)
  }
  return code
}
