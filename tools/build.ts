/** Builds what is published: `npm run build`. Declarations and ESM, by tsc, into each package's dist; and docs/http-api.md. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import { HTTP_API_PAGE, writeHttpApiPage } from './http-api.ts'

const root = path.resolve(import.meta.dirname, '..')

/** In this order: the server's types come from the client's dist. */
const PACKAGES = ['packages/client', 'packages/server']

function run(args: readonly string[], env: NodeJS.ProcessEnv = process.env): boolean {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env }).status === 0
}

function build(folder: string): boolean {
  rmSync(path.join(root, folder, 'dist'), { recursive: true, force: true })
  console.log(`Building ${folder}…`)
  return run([path.join(root, 'node_modules/typescript/bin/tsc'), '-p', `${folder}/tsconfig.build.json`])
}

/** Loads the built entry points as a user's Node would: without our condition. */
function loads(): boolean {
  const { NODE_OPTIONS: _ours, ...env } = process.env
  return run(
    [
      '--input-type=module',
      '-e',
      "for (const name of ['coatcheck', 'coatcheck/testing', 'coatcheck/sealed-cookie', '@coatcheck/client', '@coatcheck/client/react', '@coatcheck/client/doctor']) await import(name)",
    ],
    env,
  )
}

function fail(sentence: string): never {
  console.error(sentence)
  process.exit(1)
}

for (const folder of PACKAGES) {
  if (!build(folder)) fail(`${folder} does not build, as the compiler says above.`)
}
const command = path.join(root, 'packages/server/dist/cli/main.js')
if (existsSync(command)) chmodSync(command, 0o755)
if (!loads()) fail('What was built does not load, as Node says above.')
writeHttpApiPage(root)
console.log(`Built packages/client/dist, packages/server/dist and ${HTTP_API_PAGE}.`)
