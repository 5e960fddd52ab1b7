/** So many of a kind are told one by one in each period; of the rest, how many there were. */
const TOLD = 100
const PERIOD_MS = 1_000

/** Bounds how often the same is told: a flood of it would fill the disk and hide everything else. */
export class Repetitions {
  readonly #counts = new Map<string, { readonly fields: object; count: number }>()
  readonly #tellRest: (fields: object, leftOut: number) => void
  #period: NodeJS.Timeout | undefined

  /** @param tellRest is told at the end of each second what was left out of it, with the fields of the first of its kind */
  constructor(tellRest: (fields: object, leftOut: number) => void) {
    this.#tellRest = tellRest
  }

  /** Whether this one is among those of its kind that are told. @param kind one of a few */
  isTold(kind: string, fields: object): boolean {
    this.#period ??= setTimeout(() => this.endPeriod(), PERIOD_MS).unref()
    const known = this.#counts.get(kind) ?? { fields, count: 0 }
    known.count += 1
    this.#counts.set(kind, known)
    return known.count <= TOLD
  }

  /** Tells what was left out and not told yet. */
  endPeriod(): void {
    clearTimeout(this.#period)
    this.#period = undefined
    for (const { fields, count } of this.#counts.values()) if (count > TOLD) this.#tellRest(fields, count - TOLD)
    this.#counts.clear()
  }
}
