import assert from 'node:assert/strict';
import test from 'node:test';
import { createMemoryStore, MemoryRegistry } from './memory.ts';
import { nodeId, registryContract, sessionOn } from './test-contract.ts';

const selfOf = (node: string, boot: string) => ({ node: nodeId(node), boot, url: `http://${node}` });

registryContract('in memory', async () => {
  const store = createMemoryStore(() => 0);
  return {
    join: async (node, boot) => {
      const registry = new MemoryRegistry(store, selfOf(node, boot));
      await registry.announce({ draining: false });
      return registry;
    },
    mark: async (node, mark) => {
      if (mark) store.marks.set(nodeId(node), mark);
      else store.marks.delete(nodeId(node));
    },
    silence: async (node) => void store.nodes.delete(nodeId(node)),
    secondsLeft: async ({ id }) => {
      const record = store.sessions.get(id);
      return record ? record.expires / 1000 : null;
    },
  };
});

test('changes during an outage are written when the store is back', async () => {
  const store = createMemoryStore(() => 0);
  const n1 = new MemoryRegistry(store, selfOf('n1', 'a'));
  const [kept, ended] = [sessionOn('n1'), sessionOn('n1')];
  await n1.open(ended);
  store.available = false;
  assert.equal((await n1.open(kept)).kind, 'remembered');
  assert.equal((await n1.close(ended.id)).kind, 'remembered');
  assert.equal((await n1.whereIs(sessionOn('n2').id)).kind, 'unavailable');
  assert.equal(n1.status().state, 'degraded');
  store.available = true;
  assert.equal(n1.status().state, 'ready');
  assert.deepEqual([...store.sessions.keys()], [kept.id]);
});

test('a record ends 30 days after its last use', async () => {
  let now = 0;
  const store = createMemoryStore(() => now);
  const n1 = new MemoryRegistry(store, selfOf('n1', 'a'));
  const n2 = new MemoryRegistry(store, selfOf('n2', 'b'));
  await n1.announce({ draining: false });
  const session = sessionOn('n1');
  await n1.open(session);
  const month = 30 * 24 * 3_600_000;
  now = month - 1;
  n1.touch(session.id);
  now = 2 * month - 2;
  assert.equal((await n2.whereIs(session.id)).kind, 'wrong-node');
  now = 2 * month - 1;
  assert.equal((await n2.whereIs(session.id)).kind, 'unknown');
});
