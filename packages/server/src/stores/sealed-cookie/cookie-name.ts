/** The names of Coatcheck's session cookies, and of those with the data of sealed ones: a value under such a name would sign the user out. */
const SESSION_COOKIE = /^(?:__Host-Http-session(?:-x)?|coatcheck-\d+)(?:-data|-visit)?$/

/**
 * Lets pass what may be the name of a cookie with a value.
 *
 * @throws TypeError when it is empty, not well-formed, or a session cookie's
 */
export function requireValueName(name: string): void {
  if (typeof name !== 'string' || !name.isWellFormed()) {
    throw new TypeError("A cookie's name must be a well-formed string.")
  }
  if (name === '') throw new TypeError('A cookie needs a name.')
  if (SESSION_COOKIE.test(name)) throw new TypeError(`${name} is a session's cookie: take another name for a value.`)
}
