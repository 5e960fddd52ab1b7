import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { KeyRing } from '../src/core/key-ring.ts'
import { changeKeyFile } from '../src/key-file-change.ts'
import { LOOK_MS, KeyFileWatch } from '../src/key-file-watch.ts'
import { type FiledKey, formatKeys, readKeyFile, ringAt } from '../src/key-file.ts'
import { temporaryFolder } from './stores/temporary-folder.ts'

const START = Date.parse('2026-02-17T09:00:00Z')
const [A, B] = [1, 2].map((byte) => new Uint8Array(32).fill(byte)) as [Uint8Array, Uint8Array]
const OLD: FiledKey = { key: A, signsFrom: null }
const NEW: FiledKey = { key: B, signsFrom: START + 10_000 }
const bytes = (keys: readonly Uint8Array[]): number[] => keys.map((key) => key[0] ?? 0)

describe('a key file', () => {
  test('says from when a key signs: until then the one before it does', () => {
    assert.deepEqual(bytes(ringAt([NEW, OLD], START)), [1, 2])
    assert.deepEqual(bytes(ringAt([NEW, OLD], START + 9_999)), [1, 2])
    assert.deepEqual(bytes(ringAt([NEW, OLD], START + 10_000)), [2, 1])
    assert.deepEqual(bytes(ringAt([{ ...NEW }, { key: A, signsFrom: START }], 0)), [1, 2], 'a clock far behind')
  })
})

describe('a server that follows its key file', () => {
  const folder = temporaryFolder(after)
  let files = 0

  function follow(): {
    readonly file: string
    readonly watch: KeyFileWatch
    readonly told: { readonly keys: number[]; readonly removed: boolean }[]
    readonly errors: string[]
    readonly clock: { wall: number; monotonic: number }
  } {
    const file = join(folder, `${(files += 1)}.keys`)
    writeFileSync(file, formatKeys([OLD]), { mode: 0o600 })
    const clock = { wall: START, monotonic: 0 }
    const told: { keys: number[]; removed: boolean }[] = []
    const errors: string[] = []
    const watch = new KeyFileWatch({
      file,
      keys: [A],
      clock: { wallMs: () => clock.wall, monotonicMs: () => clock.monotonic },
      log: { info: () => undefined, warn: () => undefined, error: (_fields, message) => void errors.push(message) },
      changed: (keys, removed) => void told.push({ keys: bytes(keys), removed }),
    })
    return { file, watch, told, errors, clock }
  }

  test('knows a new key at once, and signs with it from its instant', () => {
    const { file, watch, told, clock } = follow()
    assert.equal(watch.look(), false)
    changeKeyFile(file, (keys) => [NEW, ...keys])
    assert.equal(watch.look(), true)
    assert.equal(watch.look(), false)
    clock.wall += 10_000
    assert.equal(watch.look(), true)
    changeKeyFile(file, () => [NEW])
    assert.equal(watch.look(), true)
    assert.deepEqual(told, [
      { keys: [1, 2], removed: false },
      { keys: [2, 1], removed: false },
      { keys: [2], removed: true },
    ])
  })

  test('keeps its keys when the file is spoiled or gone, and says so once', () => {
    const { file, watch, told, errors } = follow()
    watch.look()
    for (const spoiled of ['', 'garbage\n', `${Buffer.from(B).toString('base64')} soon\n`]) {
      writeFileSync(file, spoiled)
      assert.equal(watch.look(), false)
    }
    rmSync(file)
    assert.equal(watch.look(), false)
    assert.deepEqual([told, errors.length], [[], 1])
    writeFileSync(file, formatKeys([NEW, OLD]))
    assert.equal(watch.look(), true)
  })

  test('looks before it refuses a token, once a second at most: it may have been stopped for long', () => {
    const { file, watch, clock } = follow()
    const ring = new KeyRing([A], 'session-token')
    let looks = 0
    ring.beforeRefusing(() => {
      looks += 1
      if (!watch.lookIfLate()) return false
      ring.replace(readKeyFile(file).map(({ key }) => key))
      return true
    })
    const data = Buffer.from('data')
    const tag = new KeyRing([B], 'session-token').sign(data)
    changeKeyFile(file, (keys) => [NEW, ...keys])
    assert.equal(ring.verifies(data, tag), false, 'looked less than a second ago')
    clock.monotonic += LOOK_MS + 1
    assert.equal(ring.verifies(data, tag), true)
    assert.equal(ring.verifies(data, Buffer.alloc(32)), false)
    assert.equal(ring.verifies(data, ring.sign(data)), true)
    assert.equal(looks, 3, 'what verifies needs no look')
  })
})
