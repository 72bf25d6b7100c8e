import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { type ApiDeps, answerApi } from './api.ts';
import { loadAsset, loadPage } from './assets.ts';
import { Board, type Watched } from './board.ts';
import type { ClusterView } from './cluster-view.ts';
import { refusalOf } from './guard.ts';
import { isLoopback } from './loopback.ts';
import { streamTo } from './page-stream.ts';
import { Reader } from './update.ts';

export type DashboardOptions = {
  readonly router: Watched;
  /** With it the page shows its sessions, and can stop and start its nodes. */
  readonly cluster?: ClusterView | undefined;
  /** A loopback address. */
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  /** Of the entry points, by name; for the commands that the page offers to copy. */
  readonly addresses?: ReadonlyMap<string, string>;
};

export type Dashboard = { readonly url: string; close(): Promise<void> };

const LOOK_MS = 250;
const REGISTRY_MS = 1000;
export const DASHBOARD_PORT = 8090;

const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Serves the page; watches the router from now until it is closed. */
export const startDashboard = async (options: DashboardOptions): Promise<Dashboard> => {
  const { router, cluster, host = '127.0.0.1', port = DASHBOARD_PORT, addresses = new Map() } = options;
  if (!isLoopback(host))
    throw new Error(`the dashboard can stop nodes, so it listens on this machine only: ${host} is no loopback address`);
  const board = new Board({ router, cluster, now: Date.now });
  const token = randomBytes(24).toString('base64url');
  const boot = randomBytes(6).toString('base64url');
  const hosts = new Set<string>();
  const server = createServer((req, res) => {
    void serve(req, res, { board, router, cluster, addresses, boot, hosts, token }).catch(() => res.destroy());
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  const authority = `${isIPv6(host) ? `[${host}]` : host}:${bound}`;
  for (const name of [authority, `localhost:${bound}`, `127.0.0.1:${bound}`, `[::1]:${bound}`]) hosts.add(name);
  const stop = keepLooking(board, options);
  return {
    url: `http://${authority}`,
    close: async () => {
      stop();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

/** The router tells of exchanges; a cluster tells of its nodes; the rest has to be looked at. */
const keepLooking = (board: Board, { router, cluster }: DashboardOptions): (() => void) => {
  const unobserve = router.observe(board);
  const unsubscribe = cluster?.subscribe((news) => {
    board.heard(news);
    if (news.kind === 'node') ask();
  });
  let asking = false;
  const ask = (): void => {
    if (asking) return;
    asking = true;
    // A registry that is away is told of by the cluster; what it said last stands until it is back.
    board
      .askRegistry()
      .catch(() => undefined)
      .finally(() => {
        asking = false;
      });
  };
  ask();
  // Watching alone is no reason for the process to live.
  const timers = [setInterval(() => board.look(), LOOK_MS).unref(), setInterval(ask, REGISTRY_MS).unref()];
  return () => {
    unobserve();
    unsubscribe?.();
    for (const timer of timers) clearInterval(timer);
  };
};

type Serving = ApiDeps & { readonly hosts: ReadonlySet<string>; readonly token: string };

const serve = async (req: IncomingMessage, res: ServerResponse, deps: Serving): Promise<void> => {
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
  const refusal = refusalOf({ method: req.method ?? '', headers: req.headers }, deps);
  if (refusal !== undefined) return send(res, { status: refusal.status, type: 'text/plain', body: `${refusal.why}\n` });
  const url = new URL(req.url ?? '/', 'http://dashboard');
  if (url.pathname === '/') return send(res, { status: 200, ...(await loadPage(deps.token)) });
  if (url.pathname === '/api/stream')
    return streamTo(res, new Reader(deps.board, url.searchParams.get('filter')?.slice(0, LONGEST_FILTER) ?? ''));
  const asset = url.pathname.startsWith('/assets/')
    ? await loadAsset(url.pathname.slice('/assets/'.length))
    : undefined;
  if (asset !== undefined) return send(res, { status: 200, ...asset });
  const { status, value } = await answerApi(url, req, deps);
  send(res, { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) });
};

const LONGEST_FILTER = 200;

const send = (res: ServerResponse, { status, type, body }: { status: number; type: string; body: string }): void => {
  res.writeHead(status, { 'content-type': type });
  res.end(body);
};
