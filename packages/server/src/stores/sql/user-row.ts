import type { User } from '../../core/user/user.ts'
import { integer, integerOrNull, text, textOrNull } from './columns.ts'
import type { Param, Row } from './statement.ts'

/** What a `select` names to read a user, alone or beside a session. */
export const USER_COLUMNS = [
  'users.id as account_id',
  'users.email as account_email',
  'users.username as account_username',
  'users.name as account_name',
  'users.email_verified as account_email_verified',
  'users.created_at as account_created_at',
  'users.disabled_at as account_disabled_at',
].join(', ')

/** The user in a row of `USER_COLUMNS`. */
export function userFrom(row: Row): User {
  return {
    id: text(row, 'account_id'),
    email: text(row, 'account_email'),
    username: textOrNull(row, 'account_username'),
    name: textOrNull(row, 'account_name'),
    emailVerified: integer(row, 'account_email_verified') === 1,
    createdAt: integer(row, 'account_created_at'),
    disabledAt: integerOrNull(row, 'account_disabled_at'),
  }
}

/** `id, email, username, name, email_verified, created_at, disabled_at`, in the order of the insert. */
export function userParams(user: User): readonly Param[] {
  return [user.id, user.email, user.username, user.name, user.emailVerified ? 1 : 0, user.createdAt, user.disabledAt]
}
