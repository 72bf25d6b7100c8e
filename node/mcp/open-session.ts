import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  type EventStore,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { McpServer as McpServerOfSdk2 } from '@modelcontextprotocol/server';
import type { McpEnd, Posted } from '../host/streams/live-session.ts';
import { RETRY_MS } from './protocol.ts';
import { isOfSdk2 } from './sdk-version.ts';
import type { ServerContext } from './server-context.ts';

/**
 * What a session needs from a server, of either version of the SDK. Not the class: the SDK has it twice, and to
 * TypeScript these are different types.
 */
export type SessionServer = Pick<McpServer, 'connect' | 'close'> | Pick<McpServerOfSdk2, 'connect' | 'close'>;

/**
 * What the user writes: makes the server of one new session, or of one request without a session. Called once for each.
 */
export type CreateServer = (context: ServerContext) => SessionServer | Promise<SessionServer>;

/** Adds the types to a factory. */
export const defineServer = (createServer: CreateServer): CreateServer => createServer;

export type OpenSessionOptions = {
  readonly id: string;
  readonly context: Omit<ServerContext, 'session' | 'ended'>;
  readonly createServer: CreateServer;
  readonly events: EventStore;
  readonly onInitialized: () => Promise<void>;
  readonly onClosed: () => Promise<void>;
  readonly onError: (error: Error) => void;
};

export const openSession = async (options: OpenSessionOptions): Promise<McpEnd> => {
  const { id, context, createServer, events, onInitialized, onClosed, onError } = options;
  const ended = new AbortController();
  const server = await createServer({ ...context, session: id, ended: ended.signal });
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => id,
    eventStore: events,
    retryInterval: RETRY_MS,
    onsessioninitialized: onInitialized,
  });
  // Set before connect: the SDK calls them before its own.
  transport.onerror = onError;
  transport.onclose = () => {
    ended.abort();
    void onClosed();
  };
  // The SDK's own types differ here under exactOptionalPropertyTypes.
  await server.connect(transport as Parameters<McpServer['connect']>[0] & Parameters<McpServerOfSdk2['connect']>[0]);
  if (isOfSdk2(server)) passRequestOn(transport);
  return {
    handle: (request, posted) => transport.handleRequest(request, handling(posted)),
    close: () => server.close(),
  };
};

/**
 * Servers of SDK v2 run on the transport of v1, whose streams can be resumed; v2's own transport does not begin a
 * stream synchronously. v1 passes the request's headers under a name that v2 servers do not read.
 */
const passRequestOn = (transport: WebStandardStreamableHTTPServerTransport): void => {
  const { onmessage } = transport;
  transport.onmessage = (message, extra) => {
    const headers = extra?.requestInfo?.headers as Record<string, string> | undefined;
    const request = new Request('http://node.invalid/mcp', { headers: headers ?? {} });
    onmessage?.(message, { ...extra, request } as typeof extra);
  };
};

const handling = (posted: Posted | undefined) => ({
  parsedBody: posted?.body,
  ...(posted?.auth && { authInfo: posted.auth }),
});
