/** JSON-RPC written by hand: a client library would hide the faults that we look for. */

export const VERSION = '2025-11-25';
const SESSIONLESS_VERSION = '2026-07-28';
const CLIENT = { name: 'mooring-doctor', version: '1.0.0' };
/** The response must have the request's id; a text is unlikely to be there by chance. */
export const ID = 'doctor-1';

export const ACCEPT = { accept: 'application/json, text/event-stream' };
export const AS_DISCOVER = {
  ...ACCEPT,
  'mcp-protocol-version': SESSIONLESS_VERSION,
  'mcp-method': 'server/discover',
};

export const INITIALIZE = {
  jsonrpc: '2.0',
  id: ID,
  method: 'initialize',
  params: { protocolVersion: VERSION, capabilities: {}, clientInfo: CLIENT },
};
export const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };
export const PING = { jsonrpc: '2.0', id: ID, method: 'ping' };
export const LIST_TOOLS = { jsonrpc: '2.0', id: ID, method: 'tools/list' };
export const DISCOVER = {
  jsonrpc: '2.0',
  id: ID,
  method: 'server/discover',
  params: {
    _meta: {
      'io.modelcontextprotocol/protocolVersion': SESSIONLESS_VERSION,
      'io.modelcontextprotocol/clientInfo': CLIENT,
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  },
};

export const callTool = (name: string, args: object) => ({
  jsonrpc: '2.0',
  id: ID,
  method: 'tools/call',
  params: { name, arguments: args },
});

export type ServerInfo = { readonly name: string; readonly version: string; readonly protocol: string };

/** It may be an object that cannot be converted to a string. */
const wordOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export const serverInfoOf = (result: unknown): ServerInfo | undefined => {
  const { serverInfo, protocolVersion } = (result ?? {}) as {
    serverInfo?: { name?: unknown; version?: unknown };
    protocolVersion?: unknown;
  };
  return typeof protocolVersion === 'string'
    ? {
        name: wordOf(serverInfo?.name ?? 'unnamed'),
        version: wordOf(serverInfo?.version ?? ''),
        protocol: protocolVersion,
      }
    : undefined;
};
