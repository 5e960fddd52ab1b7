export { createClient } from './create-client.ts'
export type { Client, ClientOptions } from './create-client.ts'
export { NetworkError } from './network-error.ts'
export { ProblemError } from './problem-error.ts'
export { problemOf } from './problem.ts'
export type { SignedInState, SignedOutState, SessionState, UnknownState } from './session-state.ts'
export type {
  DeviceSession,
  FieldError,
  Instant,
  Problem,
  ProblemCode,
  Session,
  SessionView,
  SignedInView,
  SignedOutView,
  SignInBody,
  SignUpBody,
  User,
} from './protocol.ts'
