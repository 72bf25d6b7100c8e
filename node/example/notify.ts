import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { clientLog } from './client-log.ts';

const INPUT = z.object({ n: z.number().int().min(0).max(1000).default(1) });
const CONFIG = {
  description: 'Sends n log messages on the stream of this call and n on the GET stream.',
  inputSchema: INPUT,
};

export const addNotify = (server: McpServer): void => {
  const log = clientLog(server);
  server.registerTool('notify', CONFIG, async ({ n }, { requestId }) => {
    for (let i = 0; i < n; i++) {
      await log({ data: `post-${i}`, during: requestId });
      await log({ data: `get-${i}` });
    }
    return { content: [{ type: 'text', text: `sent ${n} and ${n}` }] };
  });
};
