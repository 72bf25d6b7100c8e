/** Sessions whose programs misbehave. The programs are shell scripts, which start fast. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import test, { type TestContext } from 'node:test';
import { createLog } from '../../../shared/log.ts';
import { ask, call, eventsOf, initialize, MCP_HEADERS, open, openSession, testNode } from '../../test-bench.ts';
import { behindStdio } from './test-stdio.ts';

const RESULT = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'fake', version: '1' } };
const say = (message: object): string => `echo '${JSON.stringify({ jsonrpc: '2.0', ...message })}'`;
/** Answers initialize, and reads the client's `initialized`. */
const BEGIN = `read -r _; ${say({ id: 1, result: RESULT })}; read -r _`;
const ANSWER = say({ id: 7, result: { content: [] } });
const PING = { jsonrpc: '2.0', id: 7, method: 'ping' };

type Options = NonNullable<Parameters<typeof behindStdio>[1]>;

const behind = async (t: TestContext, script: string, options: Options = {}) => {
  const told: string[] = [];
  const log = createLog({ level: 'warn', destination: { write: (line) => void told.push(line) } });
  const node = await testNode(t, { ...behindStdio(['/bin/sh', '-c', script], options), log });
  return { node, told: () => told.join('') };
};

const reasonOfNext = async (node: { url: string }, session: string): Promise<unknown> => {
  const { status, json } = await ask(node, { session, body: PING });
  return [status, json.error?.data?.reason];
};

const closed = async ({ table }: { table: { size: number } }): Promise<void> => {
  while (table.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('a program that ends during a call: the call gets an error, the next request a 404 with the reason, the log its last lines', async (t) => {
  const { node, told } = await behind(t, `${BEGIN}; read -r _; echo 'the secret cause' >&2; exit 3`);
  const session = await openSession(node);
  const { json, text } = await ask(node, { session, body: call('any') });
  assert.deepEqual([json.id, json.error.code, json.error.data], [7, -32000, { reason: 'server-ended' }]);
  await closed(node);
  assert.deepEqual(await reasonOfNext(node, session), [404, 'server-ended']);
  assert.match(told(), /ended with code 3.*|the secret cause/);
  assert.match(told(), /the secret cause/);
  assert.doesNotMatch(text, /secret/);
  assert.deepEqual([node.table.running, node.store.sessions.size], [0, 0]);
});

for (const [what, script, how] of [
  ['never answers initialize', 'while read -r _; do :; done; sleep 60', /did not answer initialize in 300 ms/],
  ['is not there', 'exec /nowhere', /ended with code 127/],
  ['ends at once', 'exit 0', /ended with code 0/],
  ['writes no JSON, without end', 'yes', /wrote 64 MiB or 65,000 lines in a minute, and nobody reads them/],
  ['writes a line without end', "yes | tr -d '\\n'", /wrote a line of more than 16777216 characters/],
  ['floods its standard error', 'yes >&2', /wrote 64 MiB or 65,000 lines in a minute/],
  [
    'writes 4 MB of brackets',
    "head -c 4000000 /dev/zero | tr '\\0' '['; echo; sleep 60",
    /nested deeper than 128 levels/,
  ],
  [
    'writes a million objects',
    "yes '{},' | head -n 1000001 | tr -d '\\n' | sed 's/^/[/'; echo; sleep 60",
    /more than 1000000 names/,
  ],
] as const)
  test(`a program that ${what} opens no session, and is ended`, async (t) => {
    const { node, told } = await behind(t, script, { startMs: what.startsWith('never') ? 300 : 60_000 });
    const { status, json, headers } = await ask(node, { body: initialize('mine') });
    assert.deepEqual([status, json.id, json.error.data], [500, 'mine', { reason: 'server-ended' }]);
    assert.deepEqual([headers['mcp-session-id'], node.table.size], [undefined, 0]);
    assert.match(told(), how);
  });

for (const [what, script, how] of [
  ['closes its output', 'exec >&-; read -r _; sleep 60', /closed its output/],
  ['floods with messages that nobody reads', `read -r _; yes '{"jsonrpc":"2.0","method":"notifications/x"}'`, /64 MiB/],
  ['floods its standard error', 'yes >&2', /64 MiB/],
] as const)
  test(`a program that ${what} later on loses its session`, async (t) => {
    const { node, told } = await behind(t, `${BEGIN}; ${script}`);
    const session = await openSession(node);
    if (what.startsWith('floods with'))
      await ask(node, { session, body: { ...PING, method: 'notifications/x', id: undefined } });
    await closed(node);
    assert.deepEqual(await reasonOfNext(node, session), [404, 'server-ended']);
    assert.match(told(), how);
  });

for (const [why, reason] of [
  ['idle', 'expired'],
  ['died', 'server-ended'],
  ['deleted', 'closed'],
] as const)
  test(`a request that is still being read when its session ends gets the reason: ${reason}`, async (t) => {
    const { node } = await behind(t, `${BEGIN}; while read -r _; do :; done`);
    const session = await openSession(node);
    const headers = { ...MCP_HEADERS, 'mcp-session-id': session };
    const sent = request(`${node.url}/mcp`, { method: 'POST', headers });
    sent.flushHeaders();
    await once(node.server, 'request');
    await node.table.close(node.table.find(session)!.id, why);
    sent.end(JSON.stringify(PING));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const { id, error } = JSON.parse((await answer.toArray()).join(''));
    assert.deepEqual([answer.statusCode, id, error.data.reason], [404, 7, reason]);
  });

test('a program that closes its input loses its session with the next call, which gets an error', async (t) => {
  const { node, told } = await behind(t, `${BEGIN}; exec <&-; ${say({ method: 'notifications/x' })}; sleep 60`);
  const session = await openSession(node);
  const stream = await open(node, { method: 'GET', session });
  for await (const { data } of eventsOf(stream)) if (data) break;
  stream.destroy();
  const answer = await ask(node, { session, body: call('any') });
  assert.equal(answer.json.error.data.reason, 'server-ended');
  await closed(node);
  assert.match(told(), /closed its input/);
});

test('a refused initialize is passed on, and opens no session', async (t) => {
  const { node } = await behind(
    t,
    `read -r _; ${say({ id: 1, error: { code: -32602, message: 'no such version' } })}; sleep 60`,
  );
  const { status, json, headers } = await ask(node, { body: initialize() });
  assert.deepEqual([status, json.error.message, headers['mcp-session-id']], [200, 'no such version', undefined]);
  assert.equal(node.table.size, 0);
});

test('only the answer to initialize opens the session, and only a version that is known is its protocol', async (t) => {
  const strange = { ...RESULT, protocolVersion: '\u2603' };
  const { node } = await behind(
    t,
    `read -r _; ${say({ id: 'other', error: { code: 1, message: 'x' } })}; ${say({ id: 1, result: strange })}
     read -r _; while read -r _; do ${say({ id: 7, result: strange })}; done`,
  );
  const session = await openSession(node);
  for (let i = 0; i < 2; i++) assert.equal((await ask(node, { session, body: call('any') })).status, 200);
});

test('lines that are not messages and repeated answers are ignored', async (t) => {
  const { node } = await behind(
    t,
    `echo hello; ${BEGIN}; while read -r _; do echo '{"no":1}'; ${ANSWER}; ${ANSWER}; done`,
  );
  const session = await openSession(node);
  for (let i = 0; i < 20; i++) {
    const { status, text } = await ask(node, { session, body: call('any') });
    assert.deepEqual([status, text.match(/"id":7/g)?.length, /"no"/.test(text)], [200, 1, false]);
  }
});

test('a program that does not read gets a limited amount, then its client gets 503', async (t) => {
  const { node } = await behind(t, `${BEGIN}; sleep 60`);
  const session = await openSession(node);
  const large = { jsonrpc: '2.0', method: 'notifications/x', params: { x: 'x'.repeat(3_000_000) } };
  let last = await ask(node, { session, body: large });
  for (let i = 0; i < 5 && last.status === 202; i++) last = await ask(node, { session, body: large });
  assert.deepEqual([last.status, last.headers['retry-after']], [503, '5']);
  assert.equal((await ask(node, { session, method: 'DELETE' })).status, 200);
});

test('a client that leaves before initialize is answered leaves no session and no program', async (t) => {
  const { node } = await behind(t, 'while read -r _; do :; done');
  const waiting = open(node, { body: initialize() });
  waiting.catch(() => undefined);
  const left = new AbortController();
  const asked = fetch(`${node.url}/mcp`, {
    method: 'POST',
    headers: { accept: 'application/json, text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify(initialize()),
    signal: left.signal,
  });
  setTimeout(() => left.abort(), 200);
  await assert.rejects(asked);
  node.server.closeAllConnections();
  await node.stop();
});

test('requests of a program outside of calls wait for the GET stream; numbers are passed on as written', async (t) => {
  const asks = `echo '{"jsonrpc":"2.0","id":12345678901234567890123,"method":"ping","params":{"n":1.0}}'`;
  const { node } = await behind(
    t,
    `${BEGIN}; ${say({ id: 1, method: 'roots/list', params: {} })}; echo '{"jsonrpc":"2.0","method":"x","params":{"n":12345678901234567890.0}}'; ${asks}; while read -r l; do echo "$l" >&2; done`,
  );
  const session = await openSession(node);
  const stream = await open(node, { method: 'GET', session });
  const told = [];
  for await (const { data } of eventsOf(stream)) if (data && told.push(data) === 2) break;
  assert.match(told.join(), /roots\/list.*12345678901234567890\.0/);
  stream.destroy();
});

test('keep-alives on open streams detect clients that have vanished', async (t) => {
  const { node } = await behind(t, `${BEGIN}; while read -r _; do :; done`, { probeMs: 20 });
  const session = await openSession(node);
  const stream = await open(node, { method: 'GET', session });
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
    if (text.includes(':\n\n:\n\n')) break;
  }
  const ended = once(stream, 'close');
  stream.destroy();
  await ended;
});
