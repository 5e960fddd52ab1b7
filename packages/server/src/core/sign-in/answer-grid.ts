import type { Clock } from '../clock.ts'

const GRID_MS = 250

/**
 * Waits for the next point of a 250 ms grid that began at `startedAtMs` (monotonic). Every refused sign-in answers on it, so
 * that how long the refusal took does not tell why.
 */
export async function waitForAnswerGrid(clock: Clock, startedAtMs: number): Promise<void> {
  const elapsedMs = clock.monotonicMs() - startedAtMs
  await clock.wait(GRID_MS * Math.max(1, Math.ceil(elapsedMs / GRID_MS)) - elapsedMs)
}
