import type { McpServer, Server } from '@modelcontextprotocol/server';

/** Detected by a method that only SDK v2 has: the user's server may come from another copy of the SDK. */
export const isOfSdk2 = (server: unknown): server is McpServer | Server => {
  const { projectCallToolResult, server: inner } = server as { projectCallToolResult?: unknown; server?: Server };
  return typeof (projectCallToolResult ?? inner?.projectCallToolResult) === 'function';
};
