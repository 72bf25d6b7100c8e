import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { defineServer } from './mcp/open-session.ts';

/** Every call causes an unhandled rejection and an uncaught exception. */
export const createServer = defineServer(() => {
  const server = new McpServer({ name: 'careless', version: '1' });
  server.registerTool('careless', {}, () => {
    void Promise.reject(new Error('nobody waits for this'));
    setImmediate(() => {
      throw new Error('nobody catches this');
    });
    return { content: [{ type: 'text', text: 'done' }] };
  });
  return server;
});
