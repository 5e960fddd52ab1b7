/** The head of the page. */
export const INTRODUCTION = `<!-- Generated from docs/benchmarks.json by "npm run bench -- --page". Change bench/page/, not this file. -->

# Benchmarks: Coatcheck and its peers, side by side

Measured is what it costs a Node server to know who is asking, and how long it goes on believing somebody whose session was
revoked. Each subject is set up as its documentation says is fastest and answers the same, from one process on one core, in turn with
all others. One command measures and writes all of it: \`npm run bench\`.`

/** Under the main drawing. */
export const MAIN_WORDS = `Up is faster, left is fresher. Squares with bold names are Coatcheck. The numbers are in
[a table of their own](#both-in-one-table-as-drawn-above). Speed is that of 10,000 sessions in rotation, delay that of
[its own table](#how-long-another-node-still-says-yes-after-a-session-was-ended); the two were measured one after the other, and on different machines where
their last lines say so.

- Coatcheck is drawn at what was measured while nothing was wrong and little was revoked. With a hundred revocations a second on PostgreSQL
  it is more ([the table of delays](#delay-of-revocations-from-node-to-node-postgresql-a-lease-of-1-s)), and when its nodes cannot hear of each other, up
  to the lease: 1 s.
- Who may lag by minutes is drawn at the worst case: a session that has just begun when it is revoked.
- better-auth's cookie cache is drawn as fast as it is while it never expires, and as stale as with the 300 s of its
  documentation's example.`

/** Before the table of what peers do not do. */
export const PEERS_WORDS = `Each as its documentation says is fastest: that is what the first table compares. How each is set up is in
\`bench/peers\` and \`bench/harness/peers.ts\`, to be argued with. "Accepted" is an ended session whose cookie was kept and is sent
again. And Coatcheck: another node may say yes for up to its lease (1 s) while it cannot hear of the others; SQLite serves the
processes of one machine; sealed sessions cannot be listed, and end by their absolute time alone.`

/** What has to be known before the tables. */
export const HOW_TO_READ = `## How to read it

- **Ratios first.** Where a table does not say otherwise, a ratio is against the bare \`node:http\` server of the same round, which answers the same, checks nothing, and has a turn before and after every three others: 0.80
  means that four fifths of its requests a second are left. Requests a second themselves are of one machine and one day.
- **Compare within a table.** Below each is on which machine it was measured, and they are not all of one: a slower machine has
  other ratios too ([ADR 17](adr/0017-benchmark.md) has an example).
- **Medians, with minimum–maximum in parentheses.** Two subjects whose ranges overlap are not told apart by this run.
- **CPU µs** is what the subject's own process took for a request, with all its threads. What a database takes is not in it.
- **p50, p99** are at full load: they tell how long the queue was, with wrk's own correction for what it would have sent
  while it waited. The storms and the flood measure the latency of few checks a second.
- **Speed is half of it.** Read what a subject does not do beside how fast it is not doing it.`

/** Where the numbers end. */
export const WHAT_IT_DOES_NOT_SHOW = `## What this does not show

- **Your machine.** Each table is of one machine with two cores, named below. If that is a virtual machine, its neighbours come and go.
  Whatever is below the spread is noise.
- **A network.** Everything is on the loopback interface, without TLS and without a proxy. A store across a real network costs a check
  that asks it far more than here; a check from memory, nothing.
- **A server with time.** The load generator shares the other core with the databases: what asks a database for each check
  competes with the generator that asks it, and would do better with more cores.
- **A whole application.** The answer is one small JSON object. Behind a handler that takes ten milliseconds
  most of these are within a few per cent of each other.
- **Sessions that are seldom asked for.** Coatcheck reads again after a minute what it remembers. Who comes less often than that is
  read each time: for them the rows without memory count.
- **A store whose pages are on the disk.** In the growth table a miss looks at a random place of the index, but all of it is in the machine's memory.
- **The user.** Where a peer keeps the user in the session, it does not look the user up; an application that does so itself pays more.
- **Other sizes and other settings.** Sessions with much in them, other pools, other hashes, other versions: change bench/ and run it.
- **Security.** What a subject does not do is told in words. That something is fast is no sign that it is safe, nor the reverse.`
