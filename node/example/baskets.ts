import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { defineServer } from '../mcp/open-session.ts';
import type { ServerContext } from '../mcp/server-context.ts';
import { handles } from '../state/handles.ts';

type Basket = { readonly items: string[] };
const baskets = handles<Basket>({ idle: 1800, max: 10_000 });

/**
 * State that outlives a request, with and without sessions: the client names it by a handle, which routes it back here.
 */
export const addBaskets = (server: McpServer, context: ServerContext): void => {
  const { field, open, get, close } = baskets(context);
  server.registerTool('open_basket', { description: 'Opens a basket.', inputSchema: z.object({}) }, async (_, call) => {
    const basket = await open({ items: [] }, call);
    return { content: [{ type: 'text', text: basket }], structuredContent: { basket } };
  });
  const adding = { description: 'Puts an item in.', inputSchema: z.object({ basket: field, item: z.string() }) };
  server.registerTool('add_to_basket', adding, async ({ basket, item }, call) => {
    const count = (await get(basket, call)).items.push(item);
    const text = `${context.node} ${count}`;
    return { content: [{ type: 'text', text }], structuredContent: { node: context.node, items: count } };
  });
  const closing = { description: 'Closes a basket.', inputSchema: z.object({ basket: field }) };
  server.registerTool('close_basket', closing, async ({ basket }, call) => {
    await close(basket, call);
    return { content: [{ type: 'text', text: 'closed' }] };
  });
};

/** A server of SDK v2 serves both protocols. Run it: node --import tsx node/main.ts --server node/example/baskets.ts */
export const createServer = defineServer((context) => {
  const server = new McpServer({ name: 'baskets', version: '1.0.0' });
  addBaskets(server, context);
  return server;
});
