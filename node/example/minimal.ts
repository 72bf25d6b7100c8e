import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { defineServer } from '../mcp/open-session.ts';

const ADD = { description: 'Adds to the sum of this session.', inputSchema: z.object({ n: z.number() }) };

/** All the code that you write. Run it: node --import tsx node/main.ts --server node/example/minimal.ts */
export const createServer = defineServer(() => {
  const server = new McpServer({ name: 'minimal', version: '1.0.0' });
  let sum = 0;
  server.registerTool('add', ADD, ({ n }) => {
    sum += n;
    return { content: [{ type: 'text', text: String(sum) }] };
  });
  return server;
});
