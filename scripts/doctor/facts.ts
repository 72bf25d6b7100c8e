/** What the probes saw, without any judgement. */
import type { Topology } from '../../shared/topology/topology.ts';
import type { ServerInfo } from './mcp.ts';
import type { Answer, Failure, Reply } from './reply.ts';
import type { Target } from './target.ts';

/** One session, from its initialize to its calls over new connections. */
export type Followed = {
  readonly opened: Reply;
  readonly initialized: Reply;
  readonly onConnection: readonly Reply[];
  /** Each on a new connection. */
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
      /** When the other side ended it; undefined: it was still open at the end. */
      readonly endedMs: number | undefined;
      /** Whether an event sent at the end arrived; undefined: no tool sends one. */
      readonly delivered: boolean | undefined;
    };

export type Streams = {
  /** Of a tool that reports its progress; undefined: a server whose tools we must not call. */
  readonly call: CallStream | undefined;
  /** Of tools/list, which asks for gzip. */
  readonly list: Reply;
  readonly idle: IdleStream;
};

export type BrowserFacts = {
  /** The origin of the page, and the answer to its initialize. */
  readonly origin: string;
  readonly opened: Reply;
  readonly preflight: Reply;
  readonly foreignOrigin: Reply;
  readonly foreignHost: Reply;
};

/** The part of the proxy's configuration that a request to the endpoint reaches. */
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
  /** The answer to the very first initialize. */
  readonly first: Answer;
  readonly discover: Reply;
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
  /** Nodes of the topology that report that the server behind them can be reached directly. */
  readonly exposed: readonly string[];
  /** Active nodes of the topology that report that they are draining. */
  readonly draining: readonly string[];
};
