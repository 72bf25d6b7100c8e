import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { defineServer } from '../mcp/open-session.ts';
import { addBaskets } from './baskets.ts';
import { addCounting } from './counting.ts';
import { addLongTask } from './long-task.ts';
import { addNotify } from './notify.ts';
import { addWorker } from './worker.ts';

const NOTHING = z.object({});

/** Your own server: made once for each session, or for each request of the protocol without sessions. */
export const createServer = defineServer((context) => {
  const { node, session, ended } = context;
  const server = new McpServer({ name: 'mooring-example', version: '1.0.0' });
  let count = 0;
  server.registerTool('whoami', { description: 'Where am I, and how often did I ask?', inputSchema: NOTHING }, () => {
    const text = JSON.stringify({ node, session, count: ++count });
    return { content: [{ type: 'text', text }] };
  });
  addNotify(server);
  addLongTask(server);
  addWorker(server, ended);
  addBaskets(server, context);
  addCounting(server, context);
  return server;
});
