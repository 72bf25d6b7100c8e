import type { McpServer, Server } from '@modelcontextprotocol/server';

/** By a method that only the SDK's second version has: a team's server may be of another copy of it than ours. */
export const isOfSdk2 = (server: unknown): server is McpServer | Server => {
  const { projectCallToolResult, server: inner } = server as { projectCallToolResult?: unknown; server?: Server };
  return typeof (projectCallToolResult ?? inner?.projectCallToolResult) === 'function';
};
