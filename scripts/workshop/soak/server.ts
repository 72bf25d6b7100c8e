import { setTimeout as wait } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { defineServer } from '../../../node/mcp/open-session.ts';
import type { Word } from './ledger.ts';

const INPUT = z.object({
  call: z.string().describe('What the caller knows its answer by.'),
  steps: z.number().int().max(20).describe('Events on the stream of this call.'),
  stepMs: z.number().int().max(5000),
  events: z.number().int().max(20).describe('Events on the GET stream, numbered through the whole session.'),
});
const CONFIG = { description: 'Counts, and tells what it does on both streams.', inputSchema: INPUT };

/** The server of a soak's nodes: every message has its session, its process and an increasing number. */
export const createServer = defineServer(({ node, session }) => {
  const server = new McpServer({ name: 'soak', version: '1' }, { capabilities: { logging: {} } });
  let count = 0;
  let told = 0;
  const say = (data: object, during?: string | number): Promise<void> =>
    server.server.notification(
      { method: 'notifications/message', params: { level: 'info', data: { session, ...data } } },
      during === undefined ? {} : { relatedRequestId: during },
    );
  server.registerTool('work', CONFIG, async ({ call, steps, stepMs, events }, { requestId }) => {
    const word: Word = { session, node, pid: process.pid, call, count: ++count, told: told + events };
    for (let i = 0; i < events; i++) await say({ seq: ++told });
    for (let step = 1; step <= steps; step++) {
      await wait(stepMs);
      await say({ call, step }, requestId);
    }
    return { content: [{ type: 'text', text: JSON.stringify(word) }] };
  });
  return server;
});
