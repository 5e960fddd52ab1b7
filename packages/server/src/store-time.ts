import { StoreClock } from './core/store-clock.ts'
import type { Store } from './core/store.ts'

/** The clock of a node: the store's time, carried on by this process's monotonic clock. */
export function storeTime(store: Pick<Store, 'readTime'>): StoreClock {
  return new StoreClock({
    readTime: () => store.readTime(),
    monotonicMs: () => performance.now(),
    wallMs: () => Date.now(),
    wait: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
  })
}
