/** As much of a browser's globals as is looked at: the server, which shares the judgement, knows no browser's types. */
interface PageGlobals {
  readonly location?: { readonly href: string }
  readonly navigator?: object
  readonly top?: unknown
  readonly document?: { cookie: string }
}

/** Where this page is, whether another site's may show it, and whether it may keep cookies of its own. @throws TypeError no page */
export function surroundings(): { readonly here: URL; readonly framed: boolean; readonly cookiesEnabled: boolean } {
  const page: PageGlobals = globalThis
  if (page.location === undefined)
    throw new TypeError('The doctor of pages runs on a page; elsewhere, "coatcheck doctor".')
  const framed = page.top !== globalThis
  const { navigator = {} } = page
  const enabled = !('cookieEnabled' in navigator) || navigator.cookieEnabled !== false
  // In another site's frame a page's own cookie is lost for other reasons.
  return { here: new URL(page.location.href), framed, cookiesEnabled: enabled && (framed || keepsCookies(page)) }
}

/** Tried, as browsers that keep none may say that they do. What is tried with is gone afterwards, and says nothing. */
function keepsCookies({ document }: PageGlobals): boolean {
  if (document === undefined) return true
  const name = 'coatcheck-doctor-of-page'
  try {
    document.cookie = `${name}=1; Path=/; Max-Age=60`
    const kept = document.cookie.includes(`${name}=1`)
    document.cookie = `${name}=; Path=/; Max-Age=0`
    return kept
  } catch {
    return false
  }
}
