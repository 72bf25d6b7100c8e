import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test from 'node:test';
import { topologySchema } from '../topology/topology.ts';
import { RequestParser } from './embedded/request-parser.ts';
import { startEmbeddedRedis } from './embedded/server.ts';
import { freePort } from './redis-process.ts';
import { viewRegistry } from './registry-view.ts';
import { announced, ask, keysIn, probe } from './test-bench.ts';
import { nodeId, sessionOn } from './test-contract.ts';

test('a tool lists nodes and sessions, whatever else is under their keys', { timeout: 120_000 }, async (t) => {
  const redis = await startEmbeddedRedis();
  t.after(redis.stop);
  const { registry } = await announced(t, { url: redis.url });
  const session = sessionOn('n1');
  await registry.open(session);
  const link = await probe(t, redis.url);
  for (const key of ['mcp:session:*', `mcp:session:${sessionOn('n1').id}`, 'mcp:node:a.b', 'mcp:node:n2', 'other'])
    await ask(link, 'SET', key, '{"node":"n9","boot":7}');
  const view = await viewRegistry(redis.url);
  t.after(view.quit);
  const [nodes, sessions] = [await view.nodes(), await view.sessions()];
  assert(nodes.kind === 'listed' && sessions.kind === 'listed');
  assert.deepEqual(
    nodes.items.map(({ node }) => node),
    ['n1'],
  );
  assert.deepEqual(
    sessions.items.map(({ id }) => id),
    [session.id],
  );
});

test('an invalid answer to SCAN is reported', { timeout: 120_000 }, async (t) => {
  for (const answer of [
    '+OK\r\n',
    ':0\r\n',
    '$-1\r\n',
    '*0\r\n',
    '*2\r\n:0\r\n*0\r\n',
    '*2\r\n$1\r\n0\r\n:5\r\n',
    '*2\r\n$1\r\n0\r\n*1\r\n:5\r\n',
  ]) {
    const server = createServer((socket) => {
      const parser = new RequestParser();
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        for (const [name] of parser.push(data).requests) socket.write(/scan/i.test(name ?? '') ? answer : '+OK\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => void server.close());
    const view = await viewRegistry(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`);
    t.after(view.quit);
    assert.equal((await view.nodes()).kind, 'unavailable', answer);
  }
});

test('a tool reports that Redis is unavailable', { timeout: 120_000 }, async (t) => {
  const view = await viewRegistry(`redis://127.0.0.1:${await freePort()}`);
  t.after(view.quit);
  assert.deepEqual(await view.sessions(), { kind: 'unavailable', why: 'Redis cannot be reached' });
});

test('a tool uses a node’s name, whatever prefix its process has in ids', { timeout: 120_000 }, async (t) => {
  const redis = await startEmbeddedRedis();
  t.after(redis.stop);
  const link = await probe(t, redis.url);
  const entryPoints = { web: { address: ':80' } };
  const nodes = [
    { id: 'n1', url: 'http://k7', tag: 'k7', formerly: ['n1'] },
    { id: 'n2', url: 'http://n2', tag: 'p3', formerly: ['n2'] },
  ];
  const view = await viewRegistry(redis.url, topologySchema.parse({ nodes, entryPoints }).nodes);
  t.after(view.quit);
  // n2 has not restarted yet, so that it has no tag.
  const tagged = await announced(t, { url: redis.url, node: 'k7', name: 'n1' });
  const old = await announced(t, { url: redis.url, node: 'n2', boot: 'b' });
  const [own, before] = [sessionOn('k7'), sessionOn('n2')];
  await Promise.all([tagged.registry.open(own), old.registry.open(before)]);
  const seen = [await view.nodes(), await view.sessions()].map((list) =>
    list.kind === 'listed' ? list.items.map(({ node }) => node).sort() : list.why,
  );
  assert.deepEqual(seen, [
    ['n1', 'n2'],
    ['n1', 'n2'],
  ]);
  for (const [name, boot, session] of [
    ['n1', 'a', own],
    ['n2', 'b', before],
  ] as const) {
    const [beat, found] = [await view.node(nodeId(name)), await view.find(session.id)];
    assert(beat.kind === 'found' && found.kind === 'found');
    assert.deepEqual(
      [beat.item?.node, beat.item?.boot, found.session?.node, found.owner?.node],
      [name, boot, name, name],
    );
    await view.setMark(nodeId(name), MARK);
  }
  assert.deepEqual(await keysOfMarks(link), ['k7', 'n1', 'n2', 'p3']);
  const mark = await view.mark(nodeId('n1'));
  assert.deepEqual(mark.kind === 'found' && mark.item?.id, MARK.id);
  for (const name of ['n1', 'n2']) await view.removeMark(nodeId(name));
  assert.deepEqual(await keysOfMarks(link), []);
  await tagged.registry.quit();
  const left = await view.find(own.id);
  assert(left.kind === 'found');
  assert.deepEqual([left.session?.node, left.session?.state, left.owner], ['n1', 'abandoned', undefined]);
  const bare = await viewRegistry(redis.url);
  t.after(bare.quit);
  const named = await bare.find(own.id);
  assert(named.kind === 'found');
  assert.deepEqual([named.session?.node, named.session?.tag], ['n1', 'k7'], 'its record says whose it was');
});

test('a node with another tag than in the file is found, and its mark is written where it reads', async (t) => {
  const redis = await startEmbeddedRedis();
  t.after(redis.stop);
  const nodes = [{ id: 'n1', url: 'http://k7', tag: 'p3' }];
  const given = { nodes, entryPoints: { web: { address: ':80' } } };
  const view = await viewRegistry(redis.url, topologySchema.parse(given).nodes);
  t.after(view.quit);
  await announced(t, { url: redis.url, node: 'k7', name: 'n1' });
  const beat = await view.node(nodeId('n1'));
  assert.deepEqual(beat.kind === 'found' && beat.item?.boot, 'a');
  await view.setMark(nodeId('n1'), MARK);
  assert.deepEqual(await keysOfMarks(await probe(t, redis.url)), ['k7', 'p3']);
});

const MARK = { id: 'd', boot: 'a', url: 'http://k7', since: 1, by: 'me', settleMs: 1, marginMs: 1, lifted: false };

const keysOfMarks = async (link: Awaited<ReturnType<typeof probe>>): Promise<string[]> =>
  (await keysIn(link)).flatMap((key) => (key.startsWith('mcp:drain:') ? [key.slice('mcp:drain:'.length)] : []));
