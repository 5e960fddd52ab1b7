/** What the files of one layer may import. */
export interface Layer {
  /** folders (ending in a slash) and files of the same package; `*` means all */
  readonly may: readonly string[]
  /** of `*`, what it may not */
  readonly mayNot?: readonly string[]
  /** of what it may, what it loads by `import()` only, so that nobody loads what was not chosen; types are free */
  readonly onlyLazily?: readonly string[]
  /** packages besides; `*` means whatever package.json declares */
  readonly packages: readonly string[]
  /** packages of which it may import types, by `import type` */
  readonly typesOf?: readonly string[]
  /** Node's own modules: all of them, none, or by name the exports that may be used (null: all of that module's) */
  readonly builtIns: 'all' | 'none' | Readonly<Record<string, readonly string[] | null>>
  /** modules that are refused whatever the rest says */
  readonly never?: readonly string[]
}

const CLIENT: Layer = { may: ['*'], mayNot: ['react/'], packages: [], builtIns: 'none' }
const CLIENT_IN_REACT: Layer = { may: ['*'], packages: ['react'], builtIns: 'none' }

/** What a file of the client's sources may import: nothing but the client itself, and React where it is for React. */
export function clientLayer(file: string): Layer {
  return file.startsWith('react/') ? CLIENT_IN_REACT : CLIENT
}

const CORE: Layer = {
  may: ['core/'],
  packages: [],
  builtIns: {
    'node:crypto': null,
    'node:url': ['domainToASCII'],
    'node:net': ['isIP', 'isIPv4', 'isIPv6', 'BlockList'],
  },
}

const HTTP: Layer = {
  may: ['core/', 'http/'],
  packages: ['hono', 'zod', 'tldts'],
  typesOf: ['@coatcheck/client/protocol'],
  builtIns: 'all',
}

const DOCTOR: Layer = {
  may: ['core/', 'http/', 'doctor/'],
  packages: [],
  typesOf: ['@coatcheck/client/protocol', '@coatcheck/client/doctor'],
  builtIns: 'all',
}

const EVERYTHING: Layer = { may: ['*'], packages: ['*'], builtIns: 'all' }
const LIBRARY: Layer = { ...EVERYTHING, mayNot: ['server/', 'cli/'], onlyLazily: ['stores/'] }
const HASHING: Layer = { may: ['core/', 'hashing/'], packages: ['@node-rs/argon2'], builtIns: 'all' }
const TESTING: Layer = { may: ['core/', 'testing/'], packages: [], builtIns: 'all', never: ['node:test'] }

/** The drivers of the stores, and the framework of each adapter, where its name is not the folder's. */
const DRIVERS: Readonly<Record<string, readonly string[]>> = { postgres: ['pg'] }
const FRAMEWORKS: Readonly<Record<string, readonly string[]>> = { node: ['@hono/node-server'] }

function store(name: string): Layer {
  const own = `stores/${name}/`
  return { may: ['core/', own, 'stores/sql/'], packages: DRIVERS[name] ?? [], builtIns: 'all' }
}

function adapter(name: string): Layer {
  return { may: ['http/', `adapters/${name}/`], packages: FRAMEWORKS[name] ?? [name], builtIns: 'all' }
}

/**
 * The row of the table of ARCHITECTURE.md that a file of the server's sources falls under, or null when there is none:
 * then the table must be extended first.
 *
 * @param file  relative to src, with forward slashes
 */
export function serverLayer(file: string): Layer | null {
  const [first = '', second = '', third] = file.split('/')
  if (first === 'stores' && third !== undefined) return store(second)
  if (first === 'adapters' && second !== '') return adapter(second.replace(/\.ts$/, ''))
  const rows: Readonly<Record<string, Layer>> = {
    core: CORE,
    http: HTTP,
    doctor: DOCTOR,
    hashing: HASHING,
    testing: TESTING,
    server: EVERYTHING,
    cli: EVERYTHING,
  }
  if (!file.includes('/')) return LIBRARY // coatcheck.ts, the composition root, and what it is divided into
  return Object.hasOwn(rows, first) ? (rows[first] ?? null) : null
}
