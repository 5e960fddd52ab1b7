/**
 * Builds the program in rust/, which writes and reads cookies with Rust's `cookie` crate: offline, from the sources
 * that Debian's librust packages put under /usr/share/cargo/registry, in a temporary folder.
 *
 * Debian packages the crate without its private jar, because it has no `aes-gcm`. The jar's source is there, only its
 * feature is taken out of Cargo.toml. So a copy gets the feature back, and rust/aes-gcm gives it AES-256-GCM by `ring`:
 * a third implementation, neither RustCrypto's nor OpenSSL's. What the jar does with it is the crate's own code.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findOnPath } from '../../../../../tools/debian.ts'

const REGISTRY = '/usr/share/cargo/registry'
const PACKAGES = ['librust-cookie-dev', 'librust-ring-dev']
const APT_MS = 180_000
const BUILD_MS = 300_000

/** Either the built program, or why there is none, with what to install. */
export type RustProgram = { readonly file: string } | { readonly missing: string }

function crateFolder(name: string): string | undefined {
  const folders = existsSync(REGISTRY) ? readdirSync(REGISTRY) : []
  return folders.find((folder) => new RegExp(`^${name}-\\d`).test(folder))
}

function isComplete(): boolean {
  const programs = ['cargo', 'rustc', 'cc'].every((program) => findOnPath(program) !== null)
  return programs && crateFolder('cookie') !== undefined && crateFolder('ring') !== undefined
}

function install(): void {
  if (process.getuid?.() !== 0 || findOnPath('apt-get') === null) return
  const wanted = [...PACKAGES, ...(findOnPath('cargo') === null ? ['cargo'] : [])]
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: APT_MS }
  const install = ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends', ...wanted]
  if (spawnSync('apt-get', install, options).status === 0) return
  spawnSync('apt-get', ['update'], options)
  spawnSync('apt-get', install, options)
}

/** Copies Debian's crate and gives it back what Debian's patch took: the feature `private`, and its dependency. */
function copyCrate(folder: string): void {
  cpSync(path.join(REGISTRY, crateFolder('cookie') ?? ''), folder, { recursive: true, dereference: true })
  const manifest = path.join(folder, 'Cargo.toml')
  const text = readFileSync(manifest, 'utf8')
  if (/^private = /m.test(text)) return
  const feature = '[features]\nprivate = ["aes-gcm", "base64", "rand", "subtle"]'
  writeFileSync(manifest, text.replace('[features]', feature))
  appendFileSync(manifest, '\n[dependencies.aes-gcm]\nversion = "0.9"\noptional = true\n')
}

/**
 * Builds the program.
 *
 * @param folder  an empty one
 * @throws Error with the compiler's words when everything is there and it does not build
 */
export function buildRustProgram(folder: string): RustProgram {
  if (!isComplete()) install()
  if (!isComplete()) {
    return { missing: `needs cargo, rustc, cc and Debian's sources: apt-get install cargo ${PACKAGES.join(' ')}` }
  }
  cpSync(path.join(import.meta.dirname, 'rust'), folder, { recursive: true })
  copyCrate(path.join(folder, 'cookie'))
  mkdirSync(path.join(folder, '.cargo'))
  const source = `[source.crates-io]\nreplace-with = "debian"\n[source.debian]\ndirectory = "${REGISTRY}"\n`
  writeFileSync(path.join(folder, '.cargo', 'config.toml'), source)
  const target = path.join(folder, 'target')
  const { CARGO_BUILD_TARGET: _elsewhere, ...env } = process.env
  const build = spawnSync('cargo', ['build', '--offline', '--quiet'], {
    cwd: folder,
    env: { ...env, CARGO_TARGET_DIR: target, CARGO_PROFILE_DEV_DEBUG: '0', CARGO_PROFILE_DEV_OPT_LEVEL: '1' },
    encoding: 'utf8',
    timeout: BUILD_MS,
  })
  if (build.status !== 0) throw new Error(`cargo build failed:\n${build.stderr}${build.error?.message ?? ''}`)
  return { file: path.join(target, 'debug', 'sealed-cookie-interop') }
}

/** Sends the requests to the program, one a line, and returns its answers, one for each. */
export function askRust(file: string, requests: readonly string[]): string[] {
  const result = spawnSync(file, { input: `${requests.join('\n')}\n`, encoding: 'utf8', maxBuffer: 1e9 })
  if (result.status !== 0) throw new Error(`The Rust program failed:\n${result.stderr}`)
  return result.stdout.trimEnd().split('\n')
}
