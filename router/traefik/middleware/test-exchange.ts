import type { Exchange, Middleware, Reply, ResponseHead } from '../../core/middleware.ts';
import { HeaderList } from '../../core/request/header-list.ts';
import type { Request } from '../../core/request/request.ts';
import { type Built, type ConfigOf, isFailed } from './built.ts';

/** For tests: the place of everything in an example. */
export const HERE = { file: 'dynamic.yml', line: 1, column: 1 };

export type Pairs = readonly (readonly [string, string])[];
export type RequestExample = Partial<Omit<Request, 'headers'>> & { readonly headers?: Pairs };

export const exampleRequest = ({ headers = [], ...more }: RequestExample = {}): Request => ({
  method: 'GET',
  protocol: 'HTTP/1.1',
  tls: false,
  remoteAddress: '192.0.2.1',
  remotePort: 40_000,
  host: 'example.com',
  canonicalHost: 'example.com',
  path: '/',
  routingPath: '/',
  query: undefined,
  headers: HeaderList.from(headers),
  ...more,
});

export type ExchangeExample = Exchange & { readonly left: () => void; readonly limits: number[] };

/** `left` makes the client leave; `limits` are those the body was read with. */
export const exampleExchange = (request: RequestExample = {}, body = ''): ExchangeExample => {
  const leaving: (() => void)[] = [];
  const limits: number[] = [];
  return {
    request: exampleRequest(request),
    bufferBody: async (limit) => {
      limits.push(limit);
      return limit >= 0 && body.length > limit ? 'too-large' : Buffer.from(body);
    },
    whenLeft: (then) => leaving.push(then),
    left: () => {
      for (const then of leaving) then();
    },
    limits,
    retry: undefined,
    maxResponseBodyBytes: undefined,
    omitForwardedFor: false,
    username: undefined,
    ran: 0,
  };
};

export const working = (built: Built): Middleware => {
  if (isFailed(built)) throw new Error(built.error);
  return built;
};

export const errorOf = (built: Built): string | undefined => (isFailed(built) ? built.error : undefined);

export const replyOf = (reply: Reply | undefined) =>
  reply && { status: reply.status, headers: sorted(reply.headers), body: String(reply.body) };

export const sorted = (headers: HeaderList): [string, string][] =>
  [...headers].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** The headers that the client gets when the server sent these. */
export const answered = (middleware: Middleware, exchange: Exchange, headers: Pairs = []): [string, string][] => {
  const head: ResponseHead = { status: 200, headers: HeaderList.from(headers) };
  middleware.response?.(exchange, head);
  return sorted(head.headers);
};

/** The headers of Go's http.Error. */
export const ERROR_HEADERS: [string, string][] = [
  ['content-type', 'text/plain; charset=utf-8'],
  ['x-content-type-options', 'nosniff'],
];

const NAMED = { name: 'one@file', at: HERE } as const;

export const headersConfig = (more: Partial<ConfigOf<'headers'>>): ConfigOf<'headers'> => ({
  ...NAMED,
  kind: 'headers',
  customRequestHeaders: new Map(),
  customResponseHeaders: new Map(),
  accessControlAllowCredentials: false,
  accessControlAllowHeaders: [],
  accessControlAllowMethods: [],
  accessControlAllowOriginList: [],
  accessControlAllowOriginListRegex: [],
  accessControlExposeHeaders: [],
  accessControlMaxAge: undefined,
  addVaryHeader: false,
  ...more,
});

export const retryConfig = (more: Partial<ConfigOf<'retry'>>): ConfigOf<'retry'> => ({
  ...NAMED,
  kind: 'retry',
  attempts: 3,
  initialInterval: 0,
  timeout: 0,
  maxRequestBodyBytes: 1000,
  status: [],
  disableRetryOnNetworkError: false,
  retryNonIdempotentMethod: false,
  ...more,
});
