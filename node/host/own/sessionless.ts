import type { ServerResponse } from 'node:http';
import { createMcpHandler, McpServer, type Server } from '@modelcontextprotocol/server';
import { clientOf } from '../../core/era.ts';
import type { Message, RequestId } from '../../core/json-rpc.ts';
import { webRequest } from '../../http/request-facts.ts';
import type { CreateServer } from '../../mcp/open-session.ts';
import { isOfSdk2 } from '../../mcp/sdk-version.ts';
import type { ServerContext, SharedServices } from '../../mcp/server-context.ts';
import type { Exchange, HostParts } from '../session-host.ts';
import { relayAnswer } from '../streams/relay-answer.ts';
import { type Capabilities, type Filter, type Listeners, listenersOn } from './listen.ts';

export type SessionlessOptions = Pick<HostParts, 'node' | 'sessions' | 'handOver' | 'log'> & {
  readonly createServer: CreateServer;
  readonly around: SharedServices;
};

export type Asked = Exchange & { readonly message: Message };

export type Sessionless = {
  /** Whether your server supports this protocol: a server of SDK v2 does, and serves sessions too. */
  serves(asked: Asked): Promise<boolean>;
  answer(asked: Asked): Promise<void>;
};

type Product = McpServer | Server;

/** Requests of the protocol without sessions: each gets its own server, for as long as it takes. */
export const sessionless = (options: SessionlessOptions): Sessionless => {
  const { around, sessions, log } = options;
  const listeners = listenersOn(around.bus, { max: MAX_LISTENERS, ended: around.state.ended });
  const made = new WeakMap<Request, Product>();
  const handler = createMcpHandler(({ requestInfo }) => made.get(requestInfo as Request) as Product, {
    legacy: 'reject',
    onerror: (error) => log.debug({ err: error }, 'the SDK reports an error in a request'),
  });
  const answer = async (asked: Asked, ended: AbortSignal): Promise<void> => {
    const { req, res, message } = asked;
    const request = webRequest(req, {}, leaving(res));
    const server = (await options.createServer(contextOf(options, { ...asked, request, ended }))) as Product;
    made.set(request, ofOurCopy(server));
    const answered = await handler.fetch(request, { parsedBody: message, ...(asked.auth && { authInfo: asked.auth }) });
    const listening = isListening(message, answered);
    if (listening) await answered.body?.cancel();
    const sent = relayAnswer(listening ? listen({ ...asked, around, listeners, server, request }) : answered, res);
    await sent.ended;
    await server.close();
  };
  let known: Promise<boolean> | undefined;
  return {
    serves: (asked) => {
      known ??= knowsEra(options, asked).catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
    answer: async (asked) => {
      const ended = new AbortController();
      // A stream of changes is not a call: a node that stops ends it without waiting.
      const call = asked.message.method !== LISTEN;
      if (call) sessions.countCall(1);
      await answer(asked, ended.signal).finally(() => {
        ended.abort();
        if (call) sessions.countCall(-1);
      });
    },
  };
};

/** Checked once, with a server that is made only for this. */
const knowsEra = async (options: SessionlessOptions, asked: Asked): Promise<boolean> => {
  const ended = new AbortController();
  const made = { ...asked, request: webRequest(asked.req), ended: ended.signal };
  const server = await options.createServer(contextOf(options, made));
  ended.abort();
  await server.close();
  return isOfSdk2(server);
};

const LISTEN = 'subscriptions/listen';

/** The SDK has accepted it. */
const isListening = (message: Message, answer: Response): boolean =>
  message.method === LISTEN && answer.headers.get('content-type') === 'text/event-stream';

/** The SDK checks for its own class. From another copy of the SDK it accepts the inner server, with fewer checks. */
const ofOurCopy = (server: Product): Product => (server instanceof McpServer ? server : innerOf(server));

const innerOf = (server: Product): Server => ('server' in server ? server.server : server) as Server;

const leaving = (res: ServerResponse): AbortSignal => {
  const left = new AbortController();
  res.once('close', () => res.writableFinished || left.abort());
  return left.signal;
};

type Made = Asked & { readonly request: Request; readonly ended: AbortSignal };

const contextOf = (
  { node, around }: SessionlessOptions,
  { request, message, principal, auth, ended }: Made,
): ServerContext => ({
  ...around,
  node,
  session: '',
  client: clientOf(message),
  principal,
  auth,
  request,
  ended,
});

const MAX_LISTENERS = 10_000;

type Wanted = Omit<Made, 'ended'> & {
  readonly around: SharedServices;
  readonly listeners: Listeners;
  readonly server: Product;
};

const listen = ({ server, request, principal, message, around, listeners }: Wanted): Response => {
  const capabilities = innerOf(server).getCapabilities() as Capabilities;
  const { notifications } = message.params as { readonly notifications: Filter };
  const callers = new Set([principal, ...[...around.state.binds.values()].map((bind) => bind(request))]);
  const id = message.id as RequestId;
  return listeners.open({ id, filter: notifications, capabilities, maySee: (one) => callers.has(one) });
};
