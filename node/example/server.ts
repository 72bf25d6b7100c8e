import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { lazyValidator } from '../mcp/lazy-validator.ts';
import { defineServer } from '../mcp/open-session.ts';
import { addLongTask } from './long-task.ts';
import { addNotify } from './notify.ts';
import { addWorker } from './worker.ts';

const NOTHING = z.object({});

/** A team's own server: a function that makes one for each session. What it closes over is that session's state. */
export const createServer = defineServer(({ node, session, ended }) => {
  const server = new McpServer({ name: 'mooring-example', version: '1.0.0' }, { jsonSchemaValidator: lazyValidator() });
  let count = 0;
  server.registerTool('whoami', { description: 'Where am I, and how often did I ask?', inputSchema: NOTHING }, () => {
    const text = JSON.stringify({ node, session, count: ++count });
    return { content: [{ type: 'text', text }] };
  });
  addNotify(server);
  addLongTask(server);
  addWorker(server, ended);
  return server;
});
