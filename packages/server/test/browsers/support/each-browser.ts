import type { Authority } from './authority.ts'
import { launchChromium } from './chromium.ts'
import { launchFirefox, requireFirefox } from './firefox.ts'
import type { TestBrowser, ThirdPartyCookies } from './test-browser.ts'
import { NAMES } from './world.ts'

/** A browser that the tests are for; where it is missing it is installed, or the tests fail with a sentence. */
export interface BrowserKind {
  readonly name: TestBrowser['name']
  launch(authority: Authority, cookies: ThirdPartyCookies): Promise<TestBrowser>
}

/** Every browser that the tests are for. */
export const BROWSERS: readonly BrowserKind[] = [
  { name: 'Chromium', launch: launchChromium },
  {
    name: 'Firefox',
    launch: async (authority, cookies) => launchFirefox(requireFirefox(), authority, Object.values(NAMES), cookies),
  },
]
