import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { type LoggingLevel, SetLevelRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const LEVELS: readonly LoggingLevel[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
];

export type LogLine = {
  readonly level?: LoggingLevel;
  readonly data: unknown;
  /** The request whose stream it uses; without one, the GET stream. */
  readonly during?: string | number;
};

export type ClientLog = (line: LogLine) => Promise<void>;

const logs = new WeakMap<McpServer, ClientLog>();

/** Log messages to the client, from the level that it requested. The SDK does not filter messages of a call. */
export const clientLog = (server: McpServer): ClientLog => {
  const known = logs.get(server);
  if (known) return known;
  let least: LoggingLevel = 'debug';
  server.server.registerCapabilities({ logging: {} });
  server.server.setRequestHandler(SetLevelRequestSchema, ({ params }) => {
    least = params.level;
    return {};
  });
  const log: ClientLog = async ({ level = 'info', data, during }) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
    const message = { method: 'notifications/message' as const, params: { level, logger: 'example', data } };
    await server.server.notification(message, during === undefined ? {} : { relatedRequestId: during });
  };
  logs.set(server, log);
  return log;
};
