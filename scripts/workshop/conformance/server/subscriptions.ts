import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const MAX_WATCHED = 100;

/** The resources that this session's client has subscribed to. */
export const addSubscriptions = (server: McpServer): ReadonlySet<string> => {
  const watched = new Set<string>();
  server.server.registerCapabilities({ resources: { subscribe: true } });
  server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => {
    if (watched.size >= MAX_WATCHED) throw new Error(`no more than ${MAX_WATCHED} subscriptions`);
    watched.add(params.uri);
    return {};
  });
  server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    watched.delete(params.uri);
    return {};
  });
  return watched;
};
