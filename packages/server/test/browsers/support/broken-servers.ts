/** A server, as Web-standard request and response. */
export type Handle = (request: Request) => Promise<Response>

/** An API without request trust: whoever asks passes for a front-end of ours, JSON whatever they say, and may read and frame. */
export function gullible(api: Handle, near: string, far: string): Handle {
  return async (request) => {
    const { method, url } = request
    const origin = request.headers.get('origin') ?? '*'
    const reflected = { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' }
    if (method === 'OPTIONS') {
      const allowed = { 'access-control-allow-methods': 'DELETE', 'access-control-allow-headers': 'content-type' }
      return new Response(null, { status: 204, headers: { ...reflected, ...allowed } })
    }
    const headers = new Headers(request.headers)
    headers.set('origin', headers.get('cookie')?.includes('__Host-Http-session-x=') ? far : near)
    headers.delete('sec-fetch-site')
    const body = method === 'POST' ? await request.arrayBuffer() : null
    if (body !== null && body.byteLength > 0) headers.set('content-type', 'application/json')
    else headers.delete('content-type')
    const response = await api(new Request(url, { method, headers, body: body?.byteLength === 0 ? null : body }))
    const open = new Headers(response.headers)
    for (const [name, value] of Object.entries(reflected)) open.set(name, value)
    open.delete('content-security-policy')
    open.delete('cross-origin-resource-policy')
    return new Response(response.body, { status: response.status, headers: open })
  }
}

/** An API that leaves `Partitioned` out. */
export function unpartitioned(api: Handle): Handle {
  return async (request) => {
    const response = await api(request)
    const headers = new Headers(response.headers)
    const cookies = headers.getSetCookie()
    headers.delete('set-cookie')
    for (const cookie of cookies) headers.append('set-cookie', cookie.replace('; Partitioned', ''))
    return new Response(response.body, { status: response.status, headers })
  }
}
