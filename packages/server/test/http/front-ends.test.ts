import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ConfigurationError } from '../../src/core/errors.ts'
import { FrontEnds } from '../../src/http/front-ends.ts'
import { relationOf } from '../../src/http/site.ts'

const API = 'https://api.example.com'

/** Server URL, front-end, and what the refusal must name and say to write instead. */
const IMPOSSIBLE: readonly (readonly [string, string, RegExp])[] = [
  [API, '*', /^COATCHECK_FRONTENDS: "\*" has a wildcard.*Write an origin/],
  [API, 'https://*.example.com', /^COATCHECK_FRONTENDS: .*wildcard/],
  [API, 'https://app.example.com/login', /^COATCHECK_FRONTENDS: .* has a path.*Write https:\/\/app\.example\.com\.$/],
  [API, 'https://app.example.com?x', /^COATCHECK_FRONTENDS: .*query.*Write https:\/\/app\.example\.com\.$/],
  [API, 'app.example.com', /^COATCHECK_FRONTENDS: .* is not a URL\. Write https:\/\/app\.example\.com\.$/],
  [API, 'app.example.com:3000', /^COATCHECK_FRONTENDS: .* is neither https nor http/],
  [API, 'null', /^COATCHECK_FRONTENDS: "null" is not a URL/],
  [API, 'https://ada:secret@app.example.com', /^COATCHECK_FRONTENDS: .*password/],
  [API, 'http://app.example.com', /^COATCHECK_FRONTENDS: .* is http; .* must be https/],
  ['http://localhost:4000', 'https://app.example.com', /^COATCHECK_FRONTENDS: .*browsers block that.*COATCHECK_URL/],
  ['http://api.example.com', 'https://app.example.com', /^COATCHECK_URL: .* must be https/],
  ['https://api.example.com/v1', 'https://app.example.com', /^COATCHECK_URL: .*Write https:\/\/api\.example\.com\.$/],
  ['api.example.com', 'https://app.example.com', /^COATCHECK_URL: .*Write https:\/\/api\.example\.com\.$/],
]

describe('configurations that cannot work', () => {
  for (const [url, frontEnd, words] of IMPOSSIBLE) {
    test(`${url} with ${frontEnd} stops the start, and says what to write`, () => {
      assert.throws(
        () => new FrontEnds(url, [frontEnd]),
        (error) => error instanceof ConfigurationError && words.test(error.message),
      )
    })
  }

  test('a trailing slash, upper case and a default port are read as the origin that is meant', () => {
    const { origins } = new FrontEnds('https://API.example.com:443/', ['https://App.example.com:443/'])
    assert.deepEqual([...origins], [API, 'https://app.example.com'])
  })
})

test('no two sites claim one cookie: one that is not kept apart by site is for the server’s own site alone', () => {
  const host = fc.constantFrom('example.com', 'app.example.com', 'a.github.io', 'b.github.io', 'other.net', 'localhost')
  const origin = fc
    .tuple(host, fc.constantFrom('', ':8443', ':3000'), fc.constantFrom('https', 'http'))
    .map(([name, port, scheme]) => `${name === 'localhost' ? scheme : 'https'}://${name}${port}`)
  fc.assert(
    fc.property(origin, fc.array(origin), (url, frontEnds) => {
      let configured: FrontEnds
      try {
        configured = new FrontEnds(url, frontEnds)
      } catch (error) {
        assert.ok(error instanceof ConfigurationError)
        return
      }
      for (const page of configured.origins) {
        const { cookie } = configured.audienceOf(page)
        const far = relationOf(page, configured.url) === 'cross-site'
        assert.equal(cookie.attributes.includes('Partitioned'), far, `${url} ${page}`)
        assert.equal(cookie.name.endsWith('-x'), far)
      }
    }),
  )
})
