/** A part of the page: some suites under one heading. */
export interface Section {
  readonly heading: string
  readonly suites: readonly string[]
  readonly about: string
}

/** The page's parts, in the order in which a reader decides. */
export const SECTIONS: readonly Section[] = [
  {
    heading: 'Check',
    suites: ['peers', 'peers-in-rotation', 'checks'],
    about: `What a request pays to know who is asking. Every subject answers \`GET /v1/session\` with the same body, but
for better-auth (see the notes), from one process on one core, asked by 64 connections as fast as it answers. The last two tables are of Coatcheck alone: there the
bare server sends all of its headers too, and a round in which something else took a core is run again. The rows without memory are the
library in a server of @hono/node-server, since the command has no such setting: what that server costs by itself is in those tables.`,
  },
  {
    heading: 'Staleness beside speed',
    suites: ['staleness', 'feed'],
    about: `What the speed is paid with. A session is revoked at one node; how long does another still say yes? A cache of minutes
and a token that nobody can take back are fast, and this is their price.`,
  },
  {
    heading: 'Sign-in and sign-up',
    suites: ['sign-in'],
    about: `A sign-in is mostly the hash of the password, which is meant to be slow. More a second is only better at the same
hash with the same parameters: better-auth is measured with the scrypt that it comes with, and with the argon2id that it can be given.
Coatcheck hashes one at a time on one core and on two, and on more cores one fewer than there are, on purpose: what that is for is the
storm below. Each ratio of these tables is against Coatcheck on PostgreSQL.`,
  },
  {
    heading: 'Storms',
    suites: ['storm', 'flood'],
    about: `How long those who are signed in already wait while others press at the door.`,
  },
  {
    heading: 'Growth',
    suites: ['growth', 'memory', 'workers'],
    about:
      'What changes with more sessions stored, more sessions in memory, more processes. No peer is in these tables.',
  },
  { heading: 'Weight', suites: ['weight'], about: 'What one takes in: on the disk, at start, in memory, in the page.' },
  {
    heading: 'In process',
    suites: ['in-process', 'changes'],
    about: 'Coatcheck without HTTP around it. No peer is in these tables.',
  },
  {
    heading: 'Sealed',
    suites: ['seal', 'sealed'],
    about: 'Cookies that carry their content, and sessions that are a cookie and no row.',
  },
  {
    heading: 'The quick run',
    suites: ['quick'],
    about: `A few subjects of the first table in fewer and shorter rounds. It is here only so that \`npm run bench -- --quick\` has
something measured in the same way to compare with; read the first table instead.`,
  },
]

/** The suites that no section names, under one more heading. */
export function restOf(suites: readonly string[]): Section {
  const named = new Set(SECTIONS.flatMap((section) => section.suites))
  return { heading: 'More', suites: suites.filter((suite) => !named.has(suite)), about: 'What else is measured.' }
}
