import assert from 'node:assert/strict';
import test from 'node:test';
import { createMemoryStore } from '../../shared/registry/memory.ts';
import { ask, openSession, testNode } from '../test-bench.ts';

const query = (text: string) => ({ path: '/graphql', body: { query: text } });

test('shows this node, all nodes and their sessions, with shortened ids', async (t) => {
  const store = createMemoryStore(Date.now);
  const [n1, n2] = [await testNode(t, { name: 'n1', store }), await testNode(t, { name: 'n2', store })];
  const session = await openSession(n2);
  const asked = '{ node { name sessions registry draining } nodes { name url } sessions { id node client state } }';
  const { status, json } = await ask(n1, query(asked));
  assert.equal(status, 200);
  assert.deepEqual(json.data.node, { name: 'n1', sessions: 0, registry: 'ready', draining: false });
  assert.deepEqual(json.data.nodes, [
    { name: 'n1', url: n1.url },
    { name: 'n2', url: n2.url },
  ]);
  const id = `${session.slice(0, 11)}…`;
  assert.deepEqual(json.data.sessions, [{ id, node: 'n2', client: 'test/1', state: 'live' }]);
});

test('queries the registry once for all concurrent queries', async (t) => {
  const node = await testNode(t);
  let asked = 0;
  const { sessions } = node.registry;
  node.registry.sessions = (options) => {
    asked++;
    return sessions.call(node.registry, options);
  };
  const many = query('{ a: sessions { id } b: sessions { id } c: sessions { id } }');
  await Promise.all([ask(node, many), ask(node, many)]);
  assert.equal(asked, 1);
});

for (const [what, asking, status] of [
  ['a query of many words', query(`{ ${'node { name } '.repeat(100)} }`), 400],
  ['an unknown field', query('{ secrets }'), 400],
  ['a query of 17 KB', query(`{ node { name } } #${'x'.repeat(17_000)}`), 413],
] as const)
  test(`${what}: ${status}`, async (t) => {
    const node = await testNode(t);
    const headers = { accept: 'application/graphql-response+json' };
    assert.equal((await ask(node, { ...asking, headers })).status, status);
  });

test('without the registry the list is an error, this node is not', async (t) => {
  const node = await testNode(t);
  node.store.available = false;
  const { json } = await ask(node, query('{ node { name registry } nodes { name } }'));
  assert.match(JSON.stringify(json.errors), /is not available/);
});
