import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import {
  type EventStore,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import type { McpEnd } from '../host/streams/live-session.ts';
import { RETRY_MS } from './protocol.ts';

export type SessionContext = {
  readonly session: string;
  readonly node: string;
  /** Aborted when the session ends, however it ends: for workers, timers and files that belong to it. */
  readonly ended: AbortSignal;
};

/** What a session needs of a server. Not the class: the SDK has it twice, and TypeScript holds them for two. */
export type SessionServer = Pick<McpServer, 'connect' | 'close'>;

/** What a team writes: the server of one new session. Called once for each, never for two. */
export type CreateServer = (context: SessionContext) => SessionServer | Promise<SessionServer>;

/** Gives a factory its types. */
export const defineServer = (createServer: CreateServer): CreateServer => createServer;

export type OpenSessionOptions = {
  readonly id: string;
  readonly node: string;
  readonly createServer: CreateServer;
  readonly events: EventStore;
  readonly onInitialized: () => Promise<void>;
  readonly onClosed: () => Promise<void>;
  readonly onError: (error: Error) => void;
};

export const openSession = async (options: OpenSessionOptions): Promise<McpEnd> => {
  const { id, node, createServer, events, onInitialized, onClosed, onError } = options;
  const ended = new AbortController();
  const server = await createServer({ session: id, node, ended: ended.signal });
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
  await server.connect(transport as Parameters<McpServer['connect']>[0]);
  return {
    handle: (request, posted) => transport.handleRequest(request, { parsedBody: posted?.body }),
    close: () => server.close(),
  };
};
