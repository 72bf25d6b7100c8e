/**
 * A node whose memory is measured: `node --expose-gc session-node.ts SERVER`. Prints its URL, then answers each
 * message.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CreateServer } from '../../../node/mcp/open-session.ts';
import { startNode } from '../../../node/start-node.ts';
import { silentLog } from '../../../shared/log.ts';
import { createMemoryStore, MemoryRegistry } from '../../../shared/registry/memory.ts';
import { parseNodeId } from '../../../shared/registry/session-id.ts';

export type Memory = { readonly rss: number; readonly heap: number; readonly sessions: number };

const { createServer } = (await import(pathToFileURL(resolve(process.argv[2]!)).href)) as {
  createServer: CreateServer;
};
const node = await startNode({
  name: parseNodeId('n1')!,
  createServer,
  log: silentLog(),
  maxSessions: 1_000_000,
  joinRegistry: (self) => new MemoryRegistry(createMemoryStore(Date.now), self),
});

process.on('message', () => {
  for (let i = 0; i < 4; i++) globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ rss, heap: heapUsed, sessions: node.table.size } satisfies Memory);
});
process.once('disconnect', () => process.exit());
process.send?.(node.url);
