import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Log } from '../../shared/log.ts';
import { checkHost, type HostRules, type HostVerdict } from '../core/host-origin.ts';
import { INTERNAL_ERROR, SERVER_ERROR } from '../core/json-rpc.ts';
import { allowOrigin, answerPreflight } from './cors.ts';
import { sendError } from './json-rpc-error.ts';
import type { NodeMetrics } from './metrics.ts';
import { type MountedRequest, unread } from './mounted-request.ts';
import { askedPath, headerValues } from './request-facts.ts';

export type Route = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/** Whether it has answered. */
export type AskRoutes = (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean>;

export type ServerOptions = {
  readonly node: string;
  /** For browsers and clients: Host and Origin are checked. */
  readonly endpoint: Route;
  /** undefined: wherever an app has put it. */
  readonly endpointPath: string | undefined;
  /** The user's own routes, for all paths except the endpoint and the probes; and ours. */
  readonly ownRoutes: AskRoutes | undefined;
  readonly routes: Readonly<Record<string, Route>>;
  /** For balancers and monitoring, which use the node's address as host. */
  readonly probes: Readonly<Record<string, Route>>;
  /** Undefined: Host and Origin are not checked here. */
  readonly hostRules: HostRules | undefined;
  /** All other paths, and preflights. */
  readonly others: Route | undefined;
  readonly isStopping: () => boolean;
  /** Answers that may not have been sent completely. */
  readonly unsent: Set<ServerResponse>;
  readonly metrics: NodeMetrics;
  readonly log: Log;
};

const LIMITS = {
  // Traefik keeps idle connections for 90 s. If we closed one first, a POST already on its way would be lost.
  keepAliveTimeout: 95_000,
  headersTimeout: 100_000,
  requestTimeout: 120_000,
  // Detects a peer that vanished without closing.
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
};

export type ListeningServer = { readonly server: Server; readonly port: number };

/** Requests can come from now on; the caller must attach `answerRequests` before it awaits anything else. */
export const listen = async (node: string, port: number, host: string): Promise<ListeningServer> => {
  const server = createServer(LIMITS);
  // By default Node silently drops headers beyond the thousandth; their total size is limited anyway.
  server.maxHeadersCount = 0;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseBadRequest(node, error, socket));
  server.listen(port, host);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
};

export const answerRequests =
  (options: ServerOptions) =>
  (req: IncomingMessage, res: ServerResponse): void =>
    void answer(options, req, res);

const answer = async (options: ServerOptions, req: IncomingMessage, res: ServerResponse): Promise<void> => {
  // Connection errors are handled where the connection is read or written; this only prevents an unhandled 'error'
  // event.
  req.on('error', () => undefined);
  res.on('error', () => undefined);
  options.unsent.add(res);
  res.once('close', () => options.unsent.delete(res));
  res.setHeader('x-mooring-node', options.node);
  if (options.isStopping()) res.setHeader('connection', 'close');
  try {
    await choose(options, unread(req), res);
  } catch (error) {
    options.metrics.failed();
    options.log.error({ err: error, method: req.method }, 'a request failed');
    sendError(res, { status: 500, code: INTERNAL_ERROR, message: 'Internal error' });
  }
};

const choose = async (options: ServerOptions, req: IncomingMessage, res: ServerResponse): Promise<void> => {
  const path = pathOf(req);
  const probe = own(options.probes, path);
  if (probe) return probe(req, res);
  const hosts = headerValues(req, 'host');
  if (hosts.length > 1)
    return sendError(res, { status: 400, code: SERVER_ERROR, message: 'Bad Request: two Host headers' });
  const { origin } = req.headers;
  const verdict = options.hostRules ? checkHost(options.hostRules, hosts[0], origin) : ALLOWED;
  if (verdict.kind === 'refused') {
    options.metrics.refused(verdict.why);
    return sendError(res, {
      status: 403,
      code: SERVER_ERROR,
      message: `Forbidden: this ${verdict.why} is not served here`,
    });
  }
  const endpoint = isEndpoint(options, path) ? options.endpoint : undefined;
  if (!endpoint && (await options.ownRoutes?.(req, res))) return;
  const route = endpoint ?? own(options.routes, path) ?? options.others;
  if (options.others) return (req.method === 'OPTIONS' ? options.others : route)?.(req, res);
  if (origin !== undefined) allowOrigin(res, origin);
  if (!route) return void res.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found\n');
  return req.method === 'OPTIONS' ? answerPreflight(res) : route(req, res);
};

const pathOf = (req: MountedRequest): string => askedPath(req).split('?', 1)[0] as string;

const isEndpoint = ({ endpointPath: at }: ServerOptions, path: string): boolean =>
  at === undefined || path === at || path === `${at.replace(/\/$/, '')}/`;

const ALLOWED: HostVerdict = { kind: 'allowed' };

const own = (routes: Readonly<Record<string, Route>>, path: string): Route | undefined =>
  Object.hasOwn(routes, path) ? routes[path] : undefined;

/** Requests that the parser refuses reach none of the above. */
const refuseBadRequest = (node: string, error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (SILENT.has(error.code ?? '') || !socket.writable) return void socket.destroy();
  const status = STATUS_OF[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nx-mooring-node: ${node}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

// A client that was too slow may already have its answer.
const SILENT: ReadonlySet<string> = new Set(['ECONNRESET', 'ERR_HTTP_REQUEST_TIMEOUT']);

const STATUS_OF: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
};
