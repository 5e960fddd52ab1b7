/** What a worker sends to the primary process, as JSON. */
export type ToPrimary =
  /** It could not start, and ends; the sentence says why. */
  | { readonly kind: 'refused'; readonly sentence: string }
  /** It answers when reports are wanted. */
  | { readonly kind: 'joined' }
  /** It wants the reports of all; the answer carries its number again. */
  | { readonly kind: 'collect'; readonly id: number }
  /** Its own report, or none. */
  | { readonly kind: 'report'; readonly id: number; readonly reports: readonly unknown[] }

/** What the primary process sends to a worker, as JSON. */
export type ToWorker =
  | { readonly kind: 'stop' }
  | { readonly kind: 'report-wanted'; readonly id: number }
  | { readonly kind: 'collected'; readonly id: number; readonly reports: readonly unknown[] }
