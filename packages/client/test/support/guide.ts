import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown, type Plugin } from 'rolldown'
import { compile } from 'svelte/compiler'

const GUIDE = new URL('../../../../docs/guide/client.md', import.meta.url)

/** Where the examples would lie: what they import by name is found from here. */
const FOLDER = fileURLToPath(new URL('./', import.meta.url))

/** The guide's examples, by the file name in their first line, as text. */
export function guideExamples(): ReadonlyMap<string, string> {
  const fences = readFileSync(GUIDE, 'utf8').matchAll(/^```\w+\n(?:\/\/|<!--) ([\w.-]+\.\w+)(?: -->)?\n(.*?)^```$/gms)
  return new Map([...fences].map(([, name = '', text = '']) => [name, text]))
}

/** What an example is bundled for, and with what. */
export interface Target {
  readonly platform: 'browser' | 'node'
  /** The API's URL, in the place of the guide's. */
  readonly api: string
  /** Files of the test's own, beside the examples. */
  readonly files?: Readonly<Record<string, string>>
}

/** Bundles an example with all that it imports, React's, Vue's and Svelte's development builds included. */
export async function bundleExample(entry: string, { platform, api, files = {} }: Target): Promise<string> {
  const examples = new Map([...guideExamples(), ...Object.entries(files)])
  const bundle = await rolldown({
    input: `./${entry}`,
    platform,
    resolve: { conditionNames: ['coatcheck-source', 'development', platform, 'import', 'module', 'default'] },
    transform: {
      define: {
        'process.env.NODE_ENV': '"development"',
        __VUE_OPTIONS_API__: 'true',
        __VUE_PROD_DEVTOOLS__: 'false',
        __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
      },
      jsx: 'react-jsx',
    },
    plugins: [fromGuide(examples, platform, api)],
    logLevel: 'silent',
  })
  const { output } = await bundle.generate({ format: 'esm', codeSplitting: false })
  await bundle.close()
  return output[0].code
}

/** An example as a module of this process, run as it stands. */
export async function importExample(entry: string, target: Omit<Target, 'platform'>): Promise<Record<string, unknown>> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'coatcheck-example-')), 'example.mjs')
  writeFileSync(file, await bundleExample(entry, { ...target, platform: 'node' }))
  return (await import(pathToFileURL(file).href)) as Record<string, unknown>
}

function fromGuide(examples: ReadonlyMap<string, string>, platform: Target['platform'], api: string): Plugin {
  const nameOf = (id: string): string => id.replace(FOLDER, '').replace('./', '')
  return {
    name: 'from-guide',
    resolveId: (id, importer = FOLDER) =>
      importer.startsWith(FOLDER) && id.startsWith('./') && examples.has(nameOf(id)) ? FOLDER + nameOf(id) : null,
    load(id) {
      const text = id.startsWith(FOLDER) ? examples.get(nameOf(id)) : undefined
      if (text === undefined) return null
      const code = text.replaceAll('https://api.example.com', api)
      if (!id.endsWith('.svelte')) return code
      return compile(code, { generate: platform === 'browser' ? 'client' : 'server' }).js.code
    },
  }
}
