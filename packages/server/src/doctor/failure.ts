import type { Observations } from '@coatcheck/client/doctor'
import { BrokenOff } from './ask.ts'

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)/
const NAME = /^(?:ENOTFOUND|EAI_AGAIN)$/

/** What a request that was never answered says of its way. */
export function failureOf(error: unknown): NonNullable<Observations['failure']> {
  if (error instanceof BrokenOff) return { kind: 'broken-off', detail: error.message }
  const { code, message } = detailsOf(error)
  if (NAME.test(code)) return { kind: 'name-not-found', detail: code }
  if (CERTIFICATE.test(code)) return { kind: 'certificate', detail: message }
  return { kind: 'unreachable', detail: code === '' ? message : code }
}

/** A host with several addresses fails as a group of errors, whose first one speaks for all. */
function detailsOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return detailsOf(error.errors[0])
  if (!(error instanceof Error)) return { code: '', message: String(error) }
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return { code: '', message: 'no answer in 10 s' }
  return { code: 'code' in error ? String(error.code) : '', message: error.message }
}
