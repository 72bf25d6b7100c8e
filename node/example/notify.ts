import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

const INPUT = z.object({ n: z.number().int().min(0).max(1000).default(1) });
const CONFIG = {
  description: 'Sends n log messages on the stream of this call and n on the GET stream.',
  inputSchema: INPUT,
};

export const addNotify = (server: McpServer): void => {
  server.server.registerCapabilities({ logging: {} });
  server.registerTool('notify', CONFIG, async ({ n }, { mcpReq, sessionId }) => {
    for (let i = 0; i < n; i++) {
      await mcpReq.log('info', `post-${i}`, 'example');
      // Without a session there is no GET stream.
      if (sessionId !== undefined)
        await server.sendLoggingMessage({ level: 'info', logger: 'example', data: `get-${i}` }, sessionId);
    }
    return { content: [{ type: 'text', text: `sent ${n} and ${n}` }] };
  });
};
