/** The same shape as Coatcheck's own problems (RFC 9457), so that the page needs one way to read them. */
export function problem(
  status: number,
  code: string,
  title: string,
  {
    errors,
    headers,
  }: { readonly errors?: readonly object[]; readonly headers?: Readonly<Record<string, string>> } = {},
): Response {
  const body = JSON.stringify({ type: `/problems/${code}`, title, status, code, errors })
  return new Response(body, { status, headers: { ...headers, 'content-type': 'application/problem+json' } })
}
