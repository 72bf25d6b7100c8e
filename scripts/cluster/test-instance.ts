/**
 * A third-party server: it knows nothing about nodes, keeps sessions in memory, and answers 400 for unknown ones.
 * `--port` and `--path`, else PORT; `--fail TEXT` ends it at once, `--late MS` delays its first answer.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: process.env.PORT ?? '' },
    host: { type: 'string', default: process.env.HOST ?? '' },
    path: { type: 'string', default: '/mcp' },
    fail: { type: 'string' },
    late: { type: 'string', default: '0' },
  },
});
if (values.fail !== undefined) {
  console.error(values.fail);
  process.exit(3);
}

const sums = new Map<string, number>();

/** `ping` counts, which shows whether a session is still the same. */
const answer = (method: string, session: string): object => {
  if (method === 'initialize')
    return { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'other', version: '1' } };
  const sum = (sums.get(session) ?? 0) + 1;
  sums.set(session, sum);
  return method === 'tools/call' ? { content: [{ type: 'text', text: `${sum}` }] } : {};
};

const server = createServer(async (request, response) => {
  const body = await text(request);
  if (request.url !== values.path) return response.writeHead(404, { 'x-pid': process.pid }).end();
  const given = request.headers['mcp-session-id'];
  if (request.method === 'GET') return response.writeHead(405).end();
  if (request.method === 'DELETE') return response.writeHead(sums.delete(String(given)) ? 200 : 400).end();
  const { id, method } = JSON.parse(body) as { id?: unknown; method: string };
  const session = method === 'initialize' ? randomUUID() : String(given);
  if (method !== 'initialize' && !sums.has(session)) return response.writeHead(400).end('{"error":"unknown session"}');
  if (!sums.has(session)) sums.set(session, 0);
  response.setHeader('mcp-session-id', session);
  if (id === undefined) return response.writeHead(202).end();
  response.writeHead(200, { 'content-type': 'application/json' });
  return response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answer(method, session) }));
});

for (let left = Number(values.late); left > 0; left -= 500) {
  console.log(`downloading, ${left} left, pid ${process.pid}`);
  await wait(500);
}
server.listen(Number(values.port), values.host);
console.log(`listening at ${values.host}:${values.port}`);
