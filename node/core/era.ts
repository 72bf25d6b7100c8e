import type { Message } from './json-rpc.ts';

/** From this version of MCP on there are no sessions. */
const WITHOUT_SESSIONS = '2026-07-28';
const VERSION_OF_REQUEST = 'io.modelcontextprotocol/protocolVersion';

/** What a client that speaks both eras takes for the word to send initialize; the status is 400. */
export const SEND_INITIALIZE =
  'Bad Request: this server speaks the protocol with sessions (up to 2025-11-25): send initialize';

/**
 * Whether a request that names no session is of the era without them. Not by Mcp-Method: clients of sessions send that
 * with their first request as well. `messages` is empty for a body that is no JSON, or too large to look into.
 */
export const isWithoutSessions = (version: string | undefined, messages: readonly Message[]): boolean =>
  (version !== undefined && version >= WITHOUT_SESSIONS) ||
  messages.some(({ method, params }) => method === 'server/discover' || saysVersion(params));

const saysVersion = (params: unknown): boolean => {
  const { _meta: meta } = (params ?? {}) as { readonly _meta?: unknown };
  return typeof meta === 'object' && meta !== null && Object.hasOwn(meta, VERSION_OF_REQUEST);
};
