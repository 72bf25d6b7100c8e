import assert from 'node:assert/strict';
import test from 'node:test';
import { createMemoryStore, MemoryRegistry } from '../../../shared/registry/memory.ts';
import { createServer } from '../../example/server.ts';
import { ask, openSession, testNode } from '../../test-bench.ts';

const IDLE_MS = 60_000;

test('a session counts as idle from its opening, however long its server takes to start', async (t) => {
  let now = 1_000_000;
  const store = createMemoryStore(Date.now);
  const node = await testNode(t, {
    store,
    idleMs: IDLE_MS,
    now: () => now,
    createServer: (context) => {
      now += IDLE_MS;
      return createServer(context);
    },
    joinRegistry: (self) => {
      const registry = new MemoryRegistry(store, self);
      const open = registry.open.bind(registry);
      registry.open = async (session) => {
        // The sweep may run now: the session is in the table, and its client has no answer yet.
        await node.table.closeIdle(now);
        return open(session);
      };
      return registry;
    },
  });
  const session = await openSession(node);
  assert.equal((await ask(node, { session, body: { jsonrpc: '2.0', id: 1, method: 'ping' } })).status, 200);
});
