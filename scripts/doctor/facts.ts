/** What the probes saw. Nothing here is judged. */
import type { Topology } from '../../shared/topology/topology.ts';
import type { ServerInfo } from './mcp.ts';
import type { Answer, Failure, Reply } from './reply.ts';
import type { Target } from './target.ts';

/** One session, followed from its beginning to its calls over new connections. */
export type Followed = {
  readonly opened: Reply;
  readonly initialized: Reply;
  /** On the connection that it was opened on. */
  readonly onConnection: readonly Reply[];
  /** Each on a connection of its own. */
  readonly reconnected: readonly Reply[];
};

export type CallStream =
  | Failure
  | {
      readonly kind: 'streamed';
      readonly status: number;
      readonly headers: Answer['headers'];
      /** After the request, in milliseconds. */
      readonly events: readonly number[];
      readonly endedMs: number;
    };

export type IdleStream =
  | Failure
  | {
      readonly kind: 'listened';
      readonly status: number;
      readonly headers: Answer['headers'];
      readonly headMs: number;
      /** When the other side ended it; undefined: it lived for as long as we looked. */
      readonly endedMs: number | undefined;
      /** Whether an event sent at the end came; undefined: there is no tool that sends one. */
      readonly delivered: boolean | undefined;
    };

export type Streams = {
  /** Of a tool that tells its progress; undefined: a server whose tools are not ours to call. */
  readonly call: CallStream | undefined;
  /** Of tools/list, which asks for gzip as well. */
  readonly list: Reply;
  readonly idle: IdleStream;
};

export type BrowserFacts = {
  /** The page that asked, and what initialize answered it. */
  readonly origin: string;
  readonly opened: Reply;
  readonly preflight: Reply;
  readonly foreignOrigin: Reply;
  readonly foreignHost: Reply;
};

/** Which part of the proxy's configuration a request to the endpoint meets. */
export type ApiFacts =
  | { readonly kind: 'failed'; readonly url: string; readonly why: string }
  | {
      readonly kind: 'read';
      readonly url: string;
      readonly routers: readonly string[];
      readonly services: readonly ApiService[];
      readonly middlewares: readonly { readonly name: string; readonly kind: string }[];
    };

export type ApiService = {
  readonly name: string;
  readonly healthCheck: boolean;
  readonly servers: readonly { readonly url: string; readonly weight: number; readonly down: boolean }[];
};

export type Facts = {
  readonly target: Target;
  readonly idleMs: number;
  readonly server: ServerInfo | undefined;
  /** What the very first initialize answered. */
  readonly first: Answer;
  readonly discover: Reply;
  /** With the cookie and without a session. */
  readonly cookieAlone: readonly Reply[];
  readonly withCookies: Followed | undefined;
  readonly withoutCookies: Followed | undefined;
  readonly strangers: { readonly call: Reply; readonly stream: Reply; readonly close: Reply } | undefined;
  readonly streams: Streams | undefined;
  readonly browser: BrowserFacts;
  readonly graphql: readonly Reply[];
  readonly sessions: { readonly opened: number; readonly closed: number; readonly refused: Reply | undefined };
  readonly api: ApiFacts | undefined;
  readonly topology: Topology | undefined;
  /** Nodes of the topology that say that the server behind them can be reached past them. */
  readonly exposed: readonly string[];
  /** Active nodes of the topology that say that they obey a drain. */
  readonly draining: readonly string[];
};
