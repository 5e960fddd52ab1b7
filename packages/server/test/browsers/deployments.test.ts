import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { BROWSERS, type BrowserKind } from './support/each-browser.ts'
import { openFrontEnd, reload, shown, signIn, status } from './support/front-end.ts'
import { documentedRows, tableRow, writeMatrix, type Row } from './support/matrix.ts'
import { becomes, type TestBrowser, type ThirdPartyCookies } from './support/test-browser.ts'
import { createWorld, type Somebody, type World } from './support/world.ts'

/** Where a front-end may live, as its page and its API. */
interface Deployment {
  readonly title: string
  readonly cookie: string
  /** Whether the API's cookies are another site's for the page. */
  readonly isThirdParty: boolean
  /** Settings with which it is tried; all of them by default. */
  readonly settings?: readonly ThirdPartyCookies[]
  readonly at: (world: World) => readonly [page: string, api: string]
}

const DEPLOYMENTS: readonly Deployment[] = [
  {
    title: 'same origin',
    cookie: '__Host-Http-session',
    isThirdParty: false,
    settings: ['as installed'],
    at: ({ origin }) => [origin('api'), origin('api')],
  },
  {
    title: 'same site (app. and api.)',
    cookie: '__Host-Http-session',
    isThirdParty: false,
    settings: ['as installed'],
    at: ({ origin }) => [origin('app'), origin('api')],
  },
  {
    title: 'another site',
    cookie: '__Host-Http-session-x',
    isThirdParty: true,
    at: ({ origin }) => [origin('other'), origin('api')],
  },
  {
    title: 'development: localhost, two ports',
    cookie: 'coatcheck-<port>',
    isThirdParty: false,
    settings: ['as installed'],
    at: ({ development }) => [development.near, development.api],
  },
  {
    title: 'development: 127.0.0.1 and localhost',
    cookie: '__Host-Http-session-x',
    isThirdParty: true,
    settings: ['as installed', 'blocked'],
    at: ({ development }) => [development.far, development.api],
  },
]

/** Each browser with its settings. */
const SETTINGS: Readonly<Record<TestBrowser['name'], readonly ThirdPartyCookies[]>> = {
  Chromium: ['as installed', 'allowed', 'blocked', 'phased out'],
  Firefox: ['as installed', 'allowed', 'blocked'],
}

/** The one combination that cannot work, and is documented as such. */
const isHopeless = (browser: string, setting: ThirdPartyCookies, { isThirdParty }: Deployment): boolean =>
  browser === 'Firefox' && setting === 'blocked' && isThirdParty

describe('a sign-in in a real browser', () => {
  let world: World
  let ada: Somebody
  const rows: Row[] = []
  const versions = new Set<string>()
  before(async () => {
    world = await createWorld()
    ada = await world.signUp('ada')
  })
  after(() => world?.close())

  /** Signs in, loads the page again, signs out in a second tab, and looks at the first. */
  const live = async (
    browser: TestBrowser,
    page: string,
  ): Promise<Pick<Row, 'signedInAfterReload' | 'signOutSeen'>> => {
    const first = await openFrontEnd(browser, page)
    await signIn(first, 'ada')
    await reload(first)
    if ((await shown(first)) !== 'ada@example.org') {
      await Promise.all([first.close(), ada.endSessions()])
      return { signedInAfterReload: false, signOutSeen: null }
    }
    await first.run("document.documentElement.dataset.document = 'the same'")
    const second = await openFrontEnd(browser, page)
    assert.equal(await shown(second), 'ada@example.org', 'a new tab is signed in too')
    assert.equal((await ada.sessions()).length, 1, 'two tabs share one session')
    await second.run('client.signOut()')
    const signOutSeen = await becomes(first, status('signed-out'))
    assert.equal(await first.run('document.documentElement.dataset.document'), 'the same', 'it was not reloaded')
    assert.deepEqual(await ada.sessions(), [], 'the session has ended on the server')
    await reload(first)
    assert.equal(await shown(first), 'signed-out')
    await Promise.all([first.close(), second.close()])
    return { signedInAfterReload: true, signOutSeen }
  }

  const inBrowser = (kind: BrowserKind, setting: ThirdPartyCookies): void => {
    describe(`${kind.name}, cookies of other sites ${setting}`, () => {
      let browser: TestBrowser
      before(async () => {
        browser = await kind.launch(world.authority, setting)
        versions.add(`${browser.name} ${browser.version}`)
      })
      after(() => browser?.close())

      for (const deployment of DEPLOYMENTS) {
        const { title, cookie, settings, at } = deployment
        if (settings?.includes(setting) === false) continue
        const works = !isHopeless(kind.name, setting, deployment)
        test(`${title}: ${works ? 'outlives a reload, and a sign-out in another tab is seen' : 'is lost at a reload'}`, async () => {
          const [page, api] = at(world)
          const seen = await live(browser, world.page(page, 'front-end.html', api))
          rows.push({ browser: kind.name, deployment: title, thirdPartyCookies: setting, cookie, ...seen })
          assert.deepEqual(seen, { signedInAfterReload: works, signOutSeen: works ? true : null })
        })
      }

      if (setting !== 'as installed') {
        const works = setting === 'allowed'
        test(`another site, and a server that forgets Partitioned: ${works ? 'works' : 'is lost at a reload'}`, async () => {
          const page = world.page(world.origin('other'), 'front-end.html', world.origin('unpartitioned'))
          assert.equal((await live(browser, page)).signedInAfterReload, works, 'the setting is at work')
        })
      }

      if (setting !== 'as installed') return
      test('a front-end that is not on the list signs nobody in', async () => {
        const tab = await browser.open(world.page(world.origin('stranger'), 'front-end.html', world.origin('api')))
        const attempt = "client.signIn({ identifier: 'ada', password: 'x' }).then(() => 'in', ({ name }) => name)"
        assert.equal(await tab.run(attempt), 'NetworkError')
        assert.deepEqual(await browser.cookies(tab), [])
        await tab.close()
      })
    })
  }
  for (const kind of BROWSERS) for (const setting of SETTINGS[kind.name]) inBrowser(kind, setting)

  test('does what docs/browsers.md says', () => {
    if (process.env['WRITE_BROWSERS_PAGE'] !== undefined) writeMatrix(rows, [...versions])
    const how = 'docs/browsers.md is out of date: WRITE_BROWSERS_PAGE=1 npm test -- browsers/deployments writes it'
    assert.deepEqual(rows.map(tableRow), documentedRows(), how)
  })
})
