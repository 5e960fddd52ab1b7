import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { passLinesOn } from '../../src/server/pass-lines-on.ts'

test('lines go on whole, however they arrive; an unfinished last one is ended', async () => {
  const from = new PassThrough()
  const written: string[] = []
  passLinesOn(from, (lines) => written.push(lines))
  const bytes = Buffer.from('one\ntwo ü\nthree\nfo')
  const middle = bytes.indexOf('ü') + 1 // within the two bytes of one character
  for (const part of [bytes.subarray(0, 2), bytes.subarray(2, middle), bytes.subarray(middle)]) {
    from.write(part)
    await turn()
  }
  assert.deepEqual(written, ['one\n', 'two ü\nthree\n'])
  from.end()
  await turn()
  await turn()
  assert.deepEqual(written.at(-1), 'fo\n')
})
