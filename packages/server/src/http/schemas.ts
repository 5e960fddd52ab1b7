import { z } from 'zod'
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
const normalised = (longest: number, normalise: (value: string) => string | null, message: string) =>
  text(longest).transform((value, context) => {
    const normal = normalise(value)
    if (normal !== null) return normal
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

const password = text(20_000).min(1, 'A password is needed.')

/** The body of `POST /v1/sign-up`. */
export const signUpBody = z.strictObject({
  email: normalised(1_000, normaliseEmail, 'This is not an email address we could write to.').meta({ format: 'email' }),
  password: password.meta({ format: 'password', description: 'At least 15 characters; no rules of composition.' }),
  name: normalised(1_000, normaliseName, 'A name has 1 to 100 characters, without control characters.').nullish(),
  username: normalised(
    1_000,
    normaliseUsername,
    'A username has 3 to 32 of a-z, 0-9, dot, underscore and hyphen.',
  ).nullish(),
})

/** The body of `POST /v1/sign-in`. */
export const signInBody = z.strictObject({
  identifier: text(1_000)
    .min(1, 'An email or a username is needed.')
    .meta({ description: 'The email or the username.' }),
  password: password.meta({ format: 'password' }),
})

const instant = z.iso.datetime()

/** The user in a session view. */
export const userSchema = z
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
    methods: z.array(z.enum(['password'])),
  })
  .meta({ id: 'Session' })

const signedInView = z.object({ user: userSchema, session: sessionSchema }).meta({ id: 'SignedInView' })

/** Who is signed in: both, or neither. */
export const sessionViewSchema = z
  .union([signedInView, z.object({ user: z.null(), session: z.null() })])
  .meta({ id: 'SessionView' })

/** The answer of sign-up and sign-in. */
export const signedInViewSchema = signedInView

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
