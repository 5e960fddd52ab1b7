/**
 * The reference: a bare `node:http` server that answers every request with the same bytes and headers, handed to it as JSON
 * in ANSWER. It looks at nothing and knows nobody: what a check takes beyond this is the price of the check.
 */
import { createServer } from 'node:http'
import type { Answer } from '../harness/answer.ts'

const { status, headers, body } = JSON.parse(process.env['ANSWER'] ?? '') as Answer
const flat = [...headers]

createServer((_request, response) => {
  response.writeHead(status, flat)
  response.end(body)
}).listen(Number(process.env['PORT']), '127.0.0.1')
