/**
 * The path of a request as it was written: nothing unescaped, no dots resolved. What is spelled otherwise than a route is another
 * address, or `/v1/sign%2din` would be another name of one, past any rule that a proxy has for its path.
 *
 * @param target a URL, or what stands in a request line: a path, or a URL where a proxy is asked
 */
export function writtenPath(target: string): string {
  const from = target.startsWith('/') ? 0 : target.indexOf('/', target.indexOf('://') + 3)
  return (from < 0 ? '' : target.slice(from)).split(/[?#]/, 1)[0] || '/'
}
