export type { Cause, Diagnosis } from './cause.ts'
export { findCause } from './find-cause.ts'
export type { Observations } from './observations.ts'
export { sameOriginProxy } from './same-origin-proxy.ts'
