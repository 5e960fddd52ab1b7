import { part } from './dom.ts'

let fading: ReturnType<typeof setTimeout> | undefined

/** Says in passing that something was done; screen readers read it when they are free. */
export function say(text: string): void {
  clearTimeout(fading)
  part('status').textContent = text
  fading = setTimeout(() => (part('status').textContent = ''), 6_000)
}

/** Says what is in the way, until it is called with null. */
export function warn(text: string | null): void {
  const bar = part('trouble')
  // Repeating the same words would have them read out again.
  if (bar.textContent !== (text ?? '')) bar.textContent = text
}
