import type { SignedOutReason } from '@coatcheck/client/protocol'
import { z } from 'zod'
import { LONGEST_WRITTEN_PASSWORD } from '../core/credential/password-rules.ts'
import { normaliseName } from '../core/user/display-name.ts'
import { normaliseEmail } from '../core/user/email.ts'
import { normaliseUsername } from '../core/user/username.ts'

/** Text that is whole: no lone surrogates, which no encoding can carry. */
const text = (longest: number): z.ZodString =>
  z
    .string()
    .max(longest)
    .refine((value) => value.isWellFormed(), 'This text has half a character in it.')

/** Text that `normalise` puts into its one stored form, or refuses with `message`. */
const normalised = (normalise: (value: string) => string | null, message: string) =>
  text(1_000).transform((value, context): string => {
    const normal = normalise(value)
    if (normal !== null) return normal
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

/** The same for what may be left out; a form's empty field is left out too. */
const optional = (normalise: (value: string) => string | null, message: string) =>
  text(1_000)
    .nullish()
    .transform((value, context): string | null => {
      if (value === undefined || value === null || value.trim() === '') return null
      const normal = normalise(value)
      if (normal === null) context.addIssue({ code: 'custom', message })
      return normal
    })

const password = text(LONGEST_WRITTEN_PASSWORD).min(1, 'A password is needed.').meta({ format: 'password' })

/** The body of `POST /v1/sign-up`. */
export const signUpBody = z.strictObject({
  email: normalised(normaliseEmail, 'This is not an email address we could write to.').meta({
    format: 'email',
    description: 'Stored and compared in one form: trimmed, ASCII letters in lower case.',
  }),
  password: password.meta({ description: 'Long rather than odd: there are no rules of composition.' }),
  name: optional(normaliseName, 'A name has 1 to 100 characters, without control characters.').meta({
    description: 'What to call the user.',
  }),
  username: optional(normaliseUsername, 'A username has 3 to 32 of a-z, 0-9, dot, underscore and hyphen.').meta({
    description: '3 to 32 of a-z, 0-9, dot, underscore and hyphen; another way to sign in.',
  }),
})

/** The body of `POST /v1/sign-in`. */
export const signInBody = z.strictObject({
  identifier: text(1_000)
    .min(1, 'An email or a username is needed.')
    .meta({ description: 'The email or the username.' }),
  password,
})

const instant = z.iso.datetime()

const userSchema = z
  .object({
    id: z.string(),
    email: z.string(),
    username: z.string().nullable(),
    name: z.string().nullable(),
    emailVerified: z.boolean(),
    createdAt: instant,
  })
  .meta({ id: 'User' })

const sessionSchema = z
  .object({
    id: z.string().meta({ description: 'Public: it names the session and proves nothing.' }),
    createdAt: instant,
    lastSeenAt: instant,
    expiresAt: instant.meta({ description: 'The absolute end.' }),
    idleExpiresAt: instant.meta({ description: 'The end that comes if the session is not used again.' }),
    authenticatedAt: instant,
    methods: z.array(z.enum(['password', 'application'])),
  })
  .meta({ id: 'Session' })

/** The answer of sign-up and sign-in. */
export const signedInViewSchema = z.object({ user: userSchema, session: sessionSchema }).meta({ id: 'SignedInView' })

const SIGNED_OUT_REASONS = [
  'origin-not-allowed',
  'no-cookie',
  'duplicate-cookie',
  'unknown-token',
  'revoked',
  'superseded',
  'expired',
  'idle',
  'user-disabled',
  'anonymous',
] as const satisfies readonly SignedOutReason[]

/** Who is signed in: both, or neither. */
export const sessionViewSchema = z
  .union([
    signedInViewSchema,
    z.object({ user: z.null(), session: z.null(), reason: z.enum(SIGNED_OUT_REASONS).optional() }),
  ])
  .meta({ id: 'SessionView' })

/** A user's devices. */
export const sessionListSchema = z
  .object({
    sessions: z.array(
      sessionSchema.extend({
        current: z.boolean(),
        address: z.string().nullable(),
        userAgent: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'SessionList' })

/** What arrived of a request to the doctor. */
export const doctorViewSchema = z
  .object({
    answer: z.string().meta({ description: 'New for each answer: the same one twice comes out of a cache.' }),
    time: instant,
    serverUrl: z.string(),
    request: z.object({
      origin: z.string().nullable(),
      site: z.string().nullable(),
      host: z.string().nullable(),
      forwardedHost: z.string().nullable(),
      forwardedProto: z.string().nullable(),
      proxy: z.enum(['none', 'trusted', 'untrusted', 'unknown']),
    }),
    origin: z.object({
      listed: z.boolean(),
      relation: z.enum(['same-origin', 'same-site', 'cross-site']),
      nearMiss: z
        .object({ configured: z.string(), differs: z.enum(['scheme', 'port', 'www', 'loopback']) })
        .optional()
        .meta({ description: 'Not in production.' }),
    }),
    cookie: z.object({ name: z.string(), attributes: z.string(), arrived: z.int() }),
    probe: z.object({ name: z.string(), arrived: z.string().nullable(), set: z.string().nullable() }),
  })
  .meta({ id: 'DoctorView' })

/** RFC 9457, with our stable `code`. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    reason: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' })
