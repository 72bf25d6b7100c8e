import type { Answer } from './wire.ts';

/** The few messages of MCP that a light client sends and understands. */

const HEADERS = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
const PROTOCOL = '2025-11-25';

export const headersOf = (session?: string): Readonly<Record<string, string>> =>
  session === undefined ? HEADERS : { ...HEADERS, 'mcp-session-id': session, 'mcp-protocol-version': PROTOCOL };

export const initialize = (client: string): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: PROTOCOL, capabilities: {}, clientInfo: { name: client, version: '1' } },
  });

export const INITIALIZED = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });

export const whoami = (id: number): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'whoami', arguments: {} } });

export const ping = (id: number): string => JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' });

/** Session ids begin with their node's name. */
export const ownerOf = (session: string): string => session.slice(0, session.indexOf('.'));

export const answeredBy = ({ headers }: Pick<Answer, 'headers'>): string | undefined => {
  const by = headers['x-mooring-node'];
  return Array.isArray(by) ? by[0] : by;
};

/** The reason in a 404. */
export const reasonOf = (text: string): string => {
  try {
    const { error } = JSON.parse(text) as { error?: { data?: { reason?: unknown } } };
    return typeof error?.data?.reason === 'string' ? error.data.reason : 'not told';
  } catch {
    return 'no route';
  }
};

/** A 200 without a result is an incomplete answer. */
export const hasResult = ({ text }: Answer): boolean => /"result":/.test(text) && !isToolError(text);

const isToolError = (text: string): boolean => /"isError":true/.test(text);

export const failureIn = ({ status, text }: Answer): string => {
  if (status !== 200) return `HTTP ${status}`;
  return isToolError(text) ? 'tool error' : 'answer cut off';
};
