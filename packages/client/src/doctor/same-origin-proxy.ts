/**
 * The lines that put the API on the page's own origin, where no browser can take its cookie for another site's: the last
 * rung of the ladder. Each is enough by itself; the server must then be told the address that it has there.
 *
 * @param api the server's origin
 * @param page the page's
 */
export function sameOriginProxy(api: string, page: string): string {
  return [
    `COATCHECK_URL=${page}, createClient({ url: '${page}' }), and in what serves the page one of:`,
    `  Vite:   server: { proxy: { '/v1': { target: '${api}', changeOrigin: true } } }`,
    `  Next:   rewrites: async () => [{ source: '/v1/:path*', destination: '${api}/v1/:path*' }]`,
    `  nginx:  location /v1/ { proxy_pass ${api}; proxy_ssl_server_name on; }`,
    `  Caddy:  reverse_proxy /v1/* ${api} {\n            header_up Host {upstream_hostport}\n          }`,
  ].join('\n')
}
