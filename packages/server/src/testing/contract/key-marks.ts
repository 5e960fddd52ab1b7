import { equal } from 'node:assert/strict'
import { type StoreContract, withTwoStores } from './contract-case.ts'
import { startAnonymous } from './records.ts'

/** What a database remembers of the keys that signed. */
export function keyMarkContract(contract: StoreContract): void {
  withTwoStores(contract, 'key marks › tell the key that was noted last, to every node', async ([first, second]) => {
    const now = await first.readTime()
    await first.keyMarks.reset('a'.repeat(16), now)
    equal(await second.keyMarks.last(), 'a'.repeat(16))
    await second.keyMarks.note('b'.repeat(16), now + 1)
    equal(await first.keyMarks.last(), 'b'.repeat(16))
    await first.keyMarks.note('a'.repeat(16), now + 2)
    equal(await second.keyMarks.last(), 'b'.repeat(16), 'a key that was noted before')
    await first.keyMarks.reset('c'.repeat(16), now)
    equal(await second.keyMarks.last(), 'c'.repeat(16))
  })

  withTwoStores(contract, 'key marks › tell whether any session has not reached its end', async ([first, second]) => {
    await startAnonymous(first)
    equal(await second.keyMarks.anySessionAt(await second.readTime()), true)
    equal(await second.keyMarks.anySessionAt(Number.MAX_SAFE_INTEGER), false)
  })
}
