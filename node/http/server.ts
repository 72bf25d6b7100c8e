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
import { askedPath, headerValues } from './request-facts.ts';
import { type MountedRequest, unread } from './stand-in.ts';

export type Route = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/** Whether it has answered. */
export type AskRoutes = (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean>;

export type ServerOptions = {
  readonly node: string;
  /** For browsers and clients: Host and Origin are checked. */
  readonly endpoint: Route;
  /** undefined: wherever an app has put it. */
  readonly endpointPath: string | undefined;
  /** A team's own, which are asked for all paths but that and the probes; and ours. */
  readonly ownRoutes: AskRoutes | undefined;
  readonly routes: Readonly<Record<string, Route>>;
  /** For balancers and monitoring, which ask by address. */
  readonly probes: Readonly<Record<string, Route>>;
  /** Undefined: Host and Origin are not checked here. */
  readonly hostRules: HostRules | undefined;
  /** All other paths, and preflights. */
  readonly others: Route | undefined;
  readonly isStopping: () => boolean;
  /** Answers of which a byte may still be on its way to the client. */
  readonly unsent: Set<ServerResponse>;
  readonly metrics: NodeMetrics;
  readonly log: Log;
};

const LIMITS = {
  // Traefik keeps idle connections for 90 s. Were we first to close one, a POST already on its way would be lost.
  keepAliveTimeout: 95_000,
  headersTimeout: 100_000,
  requestTimeout: 120_000,
  // Finds a peer that has gone without a word.
  keepAlive: true,
  keepAliveInitialDelay: 30_000,
};

export type ListeningServer = { readonly server: Server; readonly port: number };

/** Requests can come from here on; whoever called must attach `answerRequests` before it waits for anything else. */
export const listen = async (node: string, port: number, host: string): Promise<ListeningServer> => {
  const server = createServer(LIMITS);
  // By default headers beyond the thousandth are dropped without a word; their size is limited all the same.
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
  // Whatever goes wrong on a connection is seen where it is read or written; here it only must not go unheard.
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

/** The parser's refusals pass all of the above by. */
const refuseBadRequest = (node: string, error: NodeJS.ErrnoException, socket: Duplex): void => {
  if (SILENT.has(error.code ?? '') || !socket.writable) return void socket.destroy();
  const status = STATUS_OF[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nx-mooring-node: ${node}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

// A client that was too slow may have had its answer already.
const SILENT: ReadonlySet<string> = new Set(['ECONNRESET', 'ERR_HTTP_REQUEST_TIMEOUT']);

const STATUS_OF: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
};
