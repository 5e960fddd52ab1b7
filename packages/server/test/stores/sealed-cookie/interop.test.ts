import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test, type TestContext } from 'node:test'
import { deriveFrom, sealedCookies, setCookie } from 'coatcheck/sealed-cookie'
import { below, randomNumbers, type Sample, samples } from './generator.ts'
import { askRust, buildRustProgram, type RustProgram } from './rust-program.ts'

const COUNT = 10_000
const JARS = ['private', 'signed'] as const
type Jar = (typeof JARS)[number]

const next = randomNumbers(5)
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, () => below(next, 256))

/** Keys as a back-end may have them: 64 bytes and more, and secrets from 32 bytes on, beyond a block of SHA-256 too. */
const KEYS = [
  ...[64, 64, 80].map((length) => ({ how: 'from', material: bytes(length) })),
  ...[32, 33, 64, 65, 200].map((length) => ({ how: 'derive', material: bytes(length) })),
].map(({ how, material }) => ({
  rust: `${how} ${hex(material)}`,
  cookies: sealedCookies({ keys: [how === 'derive' ? deriveFrom(material) : material] }),
}))

function hex(data: string | Uint8Array): string {
  return `.${Buffer.from(data).toString('hex')}`
}

function fields(answer: string | undefined): string[] {
  return (answer ?? '').split(' ').map((field) => Buffer.from(field.slice(1), 'hex').toString())
}

function keyOf(index: number): (typeof KEYS)[number] {
  const key = KEYS[index % KEYS.length]
  assert.ok(key)
  return key
}

function write(jar: Jar, { name, value }: Sample, index: number): string {
  const { cookies } = keyOf(index)
  return jar === 'private' ? cookies.private.seal(name, value) : cookies.signed.sign(name, value)
}

function read(jar: Jar, name: string, text: string, index: number): string | null {
  const { cookies } = keyOf(index)
  return jar === 'private' ? cookies.private.open(name, text) : cookies.signed.verify(name, text)
}

/** What the Cookie header holds after a browser stored the line. */
function pairOf(line: string): string {
  return line.split(';')[0] ?? ''
}

describe("Rust's cookie crate", () => {
  const folder = mkdtempSync(join(tmpdir(), 'coatcheck-rust-'))
  let program: RustProgram = { missing: 'was not built' }
  before(() => void (program = buildRustProgram(folder)))
  after(() => rmSync(folder, { recursive: true, force: true }))

  function ask(t: TestContext, requests: readonly string[]): string[] | null {
    if ('file' in program) return askRust(program.file, requests)
    t.skip(`Interoperation with Rust ${program.missing}`)
    return null
  }

  for (const jar of JARS) {
    test(`reads ${COUNT} ${jar} cookies of ours, as text`, (t) => {
      const cases = samples(COUNT, 1)
      const requests = cases.map((sample, index) => {
        return `read ${jar} ${keyOf(index).rust} ${hex(sample.name)} ${hex(write(jar, sample, index))}`
      })
      const answers = ask(t, requests)
      if (answers !== null)
        assert.deepEqual(
          answers,
          cases.map(({ value }) => hex(value)),
        )
    })

    test(`reads ${COUNT} ${jar} cookies of ours, as Set-Cookie lines`, (t) => {
      // percent-encoding makes up to three bytes of one, and the line must stay under 4,096
      const cases = samples(COUNT + COUNT / 5, 2)
        .filter(({ name, value }) => Buffer.byteLength(name + value) < 900)
        .slice(0, COUNT)
      assert.equal(cases.length, COUNT)
      const requests = cases.map((sample, index) => {
        const line = setCookie(sample.name, write(jar, sample, index), '')
        return `parse ${jar} ${keyOf(index).rust} ${hex(line)}`
      })
      const answers = ask(t, requests)
      if (answers !== null)
        assert.deepEqual(
          answers,
          cases.map(({ name, value }) => `${hex(name)} ${hex(value)}`),
        )
    })

    test(`writes ${COUNT} ${jar} cookies that we read, as text and percent-encoded`, (t) => {
      const cases = samples(COUNT, 3)
      const requests = cases.map(({ name, value }, index) => {
        return `write ${jar} ${keyOf(index).rust} ${hex(name)} ${hex(value)}`
      })
      const answers = ask(t, requests)
      if (answers === null) return
      assert.equal(answers.length, COUNT)
      for (const [index, { name, value }] of cases.entries()) {
        const [text = '', line = ''] = fields(answers[index])
        assert.equal(read(jar, name, text, index), value)
        const encoded = pairOf(line).slice(pairOf(line).indexOf('=') + 1)
        if (encoded.length <= 4096) assert.equal(read(jar, name, encoded, index), value)
        if (jar === 'signed') assert.equal(write(jar, { name, value }, index), text, 'the same bytes')
      }
    })

    test(`and we agree on ${COUNT} spoiled ${jar} texts, but for absent padding`, (t) => {
      const cases = samples(COUNT, 4).map((sample, index) => {
        return { name: sample.name, text: spoil(write(jar, sample, index)) }
      })
      const requests = cases.map(
        ({ name, text }, index) => `read ${jar} ${keyOf(index).rust} ${hex(name)} ${hex(text)}`,
      )
      const answers = ask(t, requests)
      if (answers === null) return
      let accepted = 0
      for (const [index, { name, text }] of cases.entries()) {
        const ours = read(jar, name, text, index)
        const theirs: string | null = answers[index] === '-' ? null : fields(answers[index]).join()
        if (ours === theirs) {
          accepted += Number(ours !== null)
          continue
        }
        // base64 0.13, which Debian's crate uses, lets padding be absent; the crate requires it since 0.17, as we do.
        const bare = text.replace(/=+$/, '')
        assert.equal(ours, null, JSON.stringify(text))
        assert.equal(read(jar, name, bare.padEnd(Math.ceil(bare.length / 4) * 4, '='), index), theirs)
        assert.equal(jar, 'private', 'a signature has one spelling for every version')
      }
      assert.ok(accepted > COUNT / 20 && accepted < COUNT / 2, `${accepted} spoiled texts were accepted`)
    })
  }
})

/** Changes a text in one of the ways in which base64 decoders differ, or leaves it as it is. */
function spoil(text: string): string {
  const at = below(next, text.length + 1)
  const ways: readonly (() => string)[] = [
    () => text,
    () => text.replace(/=+$/, ''),
    () => `${text}=`,
    () => text.slice(0, at),
    () => `${text.slice(0, at)} ${text.slice(at)}`,
    () => `${text.slice(0, at)}=${text.slice(at)}`,
    () => text.replaceAll('+', '-').replaceAll('/', '_'),
    () => `${text.slice(0, at)}A${text.slice(at + 1)}`,
    () => text.replace(/[A-Za-z0-9](?==+$)/, (last) => String.fromCharCode(last.charCodeAt(0) + 1)),
    () => text.slice(0, 43) + text.slice(44),
    () => `${text.slice(0, at)}é${text.slice(at)}`,
  ]
  return ways[below(next, ways.length)]?.() ?? text
}
