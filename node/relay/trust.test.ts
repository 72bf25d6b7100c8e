/** Which peers a node sends credentials to, and which marks of relayed requests it accepts. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import test from 'node:test';
import { MARK, MARK_REFUSED, PROOF_PATH, signMark } from '../core/relay-mark.ts';
import { ask, call, MCP_HEADERS, open, openSession, type TestNode } from '../test-bench.ts';
import { impostor, KEYS, register, relayedBy, relayNodes } from './test-peers.ts';

const CREDENTIALS = { authorization: 'Bearer of-the-client', cookie: 'sid=of-the-client' };

for (const { who, keys } of [
  { who: 'does not have the secret', keys: undefined },
  { who: 'has another one', keys: ['another-secret-of-another-deployment-1'] as const },
])
  test(`a process at a node's address that ${who} gets no request and no credentials`, async (t) => {
    const fleet = await relayNodes(t);
    const peer = await impostor(t, { name: 'n9', ...(keys && { keys }), answer: (_, res) => res.end('{}') });
    fleet.known.push({ id: 'n9', url: peer.url, state: 'active' });
    const session = register(fleet, 'n9', peer.url);
    const { json } = await ask(fleet.nodes[0], { session, body: call('whoami'), headers: CREDENTIALS });
    assert.deepEqual([json.id, json.error.data.node], [7, 'n1']);
    assert.deepEqual(await relayedBy(fleet.nodes[0]), ['session unproven 1']);
    assert.deepEqual(peer.requests, []);
    assert.ok(peer.seen.length > 0, 'it was never asked for its proof');
    for (const text of peer.seen) assert.doesNotMatch(text, /of-the-client|n9\.|q8Yw2nZr/);
  });

test('a registry entry with a wrong address, or for an unknown node, is not a peer', async (t) => {
  const fleet = await relayNodes(t);
  const peer = await impostor(t, { name: 'n9', keys: KEYS, answer: (_, res) => res.end('{}') });
  const unknown = register(fleet, 'n9', peer.url);
  const session = await openSession(fleet.nodes[1]);
  register(fleet, 'n2', peer.url);
  for (const named of [unknown, session])
    await ask(fleet.nodes[0], { session: named, body: call('whoami'), headers: CREDENTIALS });
  assert.deepEqual(await relayedBy(fleet.nodes[0]), ['session not-in-topology 1', 'session another-address 1']);
  assert.deepEqual(peer.seen, []);
});

const bootOf = async (node: TestNode): Promise<string> =>
  (await ask(node, { method: 'GET', path: '/healthz' })).json.boot;

test('a mark is refused if it is forged, replayed, late, or sent with another request', async (t) => {
  const { nodes } = await relayNodes(t);
  const session = await openSession(nodes[0]);
  const boot = await bootOf(nodes[0]);
  const right = { method: 'POST', path: '/mcp', session, boot, from: 'n2', clock: Date.now(), nonce: 'once' };
  const send = async (mark: string, id: number) => {
    const answer = await ask(nodes[0], { session, body: call('whoami', {}, id), headers: { [MARK]: mark } });
    return answer.status === 200 ? 'served' : `${answer.status} ${answer.headers[MARK_REFUSED]}`;
  };
  const genuine = signMark(KEYS, right);
  assert.equal(await send(genuine, 20), 'served');
  assert.equal(await send(genuine, 21), '403 repeated');
  assert.equal(await send('n2', 22), '403 malformed');
  assert.equal(
    await send(signMark(['a-secret-that-somebody-made-up-0123'], { ...right, nonce: 'a' }), 23),
    '403 forged',
  );
  for (const other of [{ path: '/mcp?x' }, { method: 'GET' }, { session: `${session}0` }, { boot: 'of-before' }])
    assert.equal(await send(signMark(KEYS, { ...right, nonce: 'b', ...other }), 24), '403 forged');
  assert.equal(await send(signMark(KEYS, { ...right, nonce: 'c', clock: Date.now() - 600_000 }), 25), '403 late');
  assert.equal(await send(signMark(KEYS, { ...right, nonce: 'd', clock: Date.now() + 600_000 }), 26), '403 early');
  const metrics = (await ask(nodes[0], { method: 'GET', path: '/metrics' })).text;
  assert.match(metrics, /mooring_relay_marks_total\{verdict="repeated",node="n1"\} 1/);
});

test('after a refused mark the request is tried again, and the rest of the answer is passed on', async (t) => {
  const fleet = await relayNodes(t);
  const streams: ServerResponse[] = [];
  const peer = await impostor(t, {
    name: 'n9',
    keys: KEYS,
    answer: ({ method }, res) => {
      if (method !== 'GET') return void res.writeHead(403, { [MARK_REFUSED]: 'late' }).end('{}');
      streams.push(res.writeHead(200, { 'content-type': 'text/event-stream' }));
      res.flushHeaders();
    },
  });
  fleet.known.push({ id: 'n9', url: peer.url, state: 'active' });
  const session = register(fleet, 'n9', peer.url);
  const stream = await open(fleet.nodes[0], { method: 'GET', session });
  assert.equal((await ask(fleet.nodes[0], { session, body: call('whoami') })).status, 503);
  streams[0]!.end('data: 1\n\n');
  assert.equal((await stream.toArray()).join(''), 'data: 1\n\n');
});

test('a request that was passed on once is answered where it arrives, even for another node’s session', async (t) => {
  const { nodes } = await relayNodes(t);
  const session = await openSession(nodes[1]);
  const boot = await bootOf(nodes[0]);
  const mark = { method: 'POST', path: '/mcp', session, boot, from: 'n2', clock: Date.now(), nonce: 'once' };
  const headers = { [MARK]: signMark(KEYS, mark) };
  const answer = await ask(nodes[0], { session, body: call('whoami'), headers });
  assert.deepEqual([answer.json.id, answer.headers['x-mooring-node']], [7, 'n1']);
  assert.deepEqual(await relayedBy(nodes[0]), ['session marked 1']);
});

test('only peers with the secret get the proof, and with misroute: refuse there is none', async (t) => {
  const { nodes } = await relayNodes(t);
  const asked = { method: 'GET', path: PROOF_PATH };
  assert.equal((await ask(nodes[0], asked)).status, 404);
  assert.equal((await ask(nodes[0], { ...asked, headers: { 'x-mooring-challenge': 'nonce mac' } })).status, 404);
});

test('a call whose connection was cut is not run again by a proxy that repeats it at another node', async (t) => {
  const { nodes } = await relayNodes(t, 3);
  const session = await openSession(nodes[0]);
  const body = call('long_task', { steps: 3, stepMs: 30 }, 42);
  const cut = new AbortController();
  const headers = { ...MCP_HEADERS, 'mcp-session-id': session };
  const posted = { method: 'POST', headers, body: JSON.stringify(body), signal: cut.signal };
  const running = await fetch(`${nodes[1].url}/mcp`, posted);
  assert.equal(running.status, 200);
  cut.abort();
  const again = await ask(nodes[2]!, { session, body });
  assert.deepEqual([again.status, again.json.error.code, again.json.id], [400, -32600, 42]);
  await nodes[0].table.quiet();
  const later = await ask(nodes[1], { session, body });
  assert.deepEqual([later.status, later.headers['x-mooring-node']], [400, 'n1']);
  assert.match(later.json.error.message, /has already used this request id/);
});
