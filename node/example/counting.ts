import { setTimeout as wait } from 'node:timers/promises';
import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ServerContext } from '../mcp/server-context.ts';
import { addTask } from '../state/add-task.ts';

const STEP_MS = 200;

/** Long-running work: a task if the client supports tasks, else a call with progress. */
export const addCounting = (server: McpServer, context: ServerContext): void =>
  addTask(server, context, {
    name: 'slow_count',
    description: 'Counts, five times a second.',
    inputSchema: z.object({ to: z.number().int().min(1).max(10_000) }),
    run: async ({ to }, task) => {
      for (let count = 1; count <= to; count++) {
        await wait(STEP_MS, undefined, { signal: task.signal });
        await task.progress(count, to);
      }
      const text = `${context.node} ${to}`;
      return { content: [{ type: 'text', text }], structuredContent: { node: context.node, count: to } };
    },
  });
