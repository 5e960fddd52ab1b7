const patienceMs = 5_000
const handOverMs = 100

/**
 * Has one tab do what every tab of this origin would do at the same moment; the others wait for its turn to end.
 *
 * The turn is a Web Lock, so it ends with the tab that has it, crashed or closed. A tab that is frozen or stopped in a
 * debugger may keep it: after five seconds the others no longer wait. Where there are no locks (plain http), or this page
 * may not use them, everyone works alone.
 *
 * @param isNeeded asked when the turn comes: whether the tab before has not done it for all
 * @param work never rejects. What it tells the other tabs reaches them before the next turn
 */
export async function inOneTab(name: string, isNeeded: () => boolean, work: () => Promise<unknown>): Promise<void> {
  const turn = async (): Promise<void> => {
    if (!isNeeded()) return
    await work()
    // A message and the end of a lock travel apart, and neither waits for the other.
    await new Promise((resolve) => setTimeout(resolve, handOverMs))
  }
  try {
    await navigator.locks.request(name, { signal: AbortSignal.timeout(patienceMs) }, turn)
  } catch {
    await turn()
  }
}
