import assert from 'node:assert/strict';
import test from 'node:test';
import { createServer } from '../../node/example/server.ts';
import { startNode } from '../../node/start-node.ts';
import { silentLog } from '../../shared/log.ts';
import { createMemoryStore, MemoryRegistry } from '../../shared/registry/memory.ts';
import { parseNodeId } from '../../shared/registry/session-id.ts';
import { startDemo } from './start-demo.ts';

test('clients with and without cookies open sessions, work, and leave no session behind', async (t) => {
  const store = createMemoryStore(Date.now);
  const node = await startNode({
    name: parseNodeId('n1')!,
    createServer,
    log: silentLog(),
    joinRegistry: (self) => new MemoryRegistry(store, self),
  });
  t.after(() => node.stop());
  const over = new AbortController();
  const state = await startDemo({
    url: `${node.url}/mcp`,
    clients: 4,
    signal: over.signal,
    onEvent: (_, { calls, seats }) => {
      if (seats.size === 4 && calls > 8) over.abort();
    },
  });
  assert.deepEqual([...state.seats.values()], ['n1', 'n1', 'n1', 'n1']);
  assert.deepEqual([state.failed, state.lost, node.table.size], [0, 0, 0]);
});
