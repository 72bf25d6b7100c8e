import type { IncomingMessage, ServerResponse } from 'node:http';
import { steadyNow } from '../../shared/steady-clock.ts';
import { type ApiDeps, answerApi } from './api.ts';
import { loadAsset, loadPage } from './assets.ts';
import type { DashboardOptions } from './dashboard-options.ts';
import { admit, type Rules } from './guard.ts';
import { cookieOf } from './key.ts';
import { LiveState } from './live-state.ts';
import { LOCKED_POLICY, lockedPage } from './locked-page.ts';
import { streamTo } from './page-stream.ts';
import { Reader } from './update.ts';

export type App = { answer(req: IncomingMessage, res: ServerResponse): Promise<void>; close(): void };

const LOOK_MS = 250;
const REGISTRY_MS = 1000;

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

export const openApp = (options: DashboardOptions, rules: Rules): App => {
  const { router, cluster, addresses = new Map() } = options;
  const live = new LiveState({ router, cluster, now: steadyNow });
  const deps = { live, router, cluster, addresses, ...rules };
  return { answer: (req, res) => serve(req, res, deps), close: keepLooking(live, options) };
};

/** The router reports exchanges and a cluster reports its nodes; the rest must be polled. */
const keepLooking = (live: LiveState, { router, cluster }: DashboardOptions): (() => void) => {
  const unobserve = router.observe(live);
  const unsubscribe = cluster?.subscribe((news) => {
    live.onNews(news);
    if (news.kind === 'node') ask();
  });
  let asking = false;
  const ask = (): void => {
    if (asking) return;
    asking = true;
    // The cluster reports a registry that is down; its last data are shown until it is back.
    live
      .askRegistry()
      .catch(() => undefined)
      .finally(() => {
        asking = false;
      });
  };
  ask();
  // Watching alone must not keep the process alive.
  const timers = [setInterval(() => live.look(), LOOK_MS).unref(), setInterval(ask, REGISTRY_MS).unref()];
  return () => {
    unobserve();
    unsubscribe?.();
    for (const timer of timers) clearInterval(timer);
  };
};

type Serving = ApiDeps & Rules;

const serve = async (req: IncomingMessage, res: ServerResponse, deps: Serving): Promise<void> => {
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
  const url = new URL(req.url ?? '/', 'http://dashboard');
  const admission = admit({ method: req.method ?? '', url, headers: req.headers }, deps);
  if (admission.kind === 'refused')
    return send(res, { status: admission.status, type: 'text/plain', body: `${admission.why}\n` });
  if (admission.kind === 'locked') {
    res.setHeader('content-security-policy', LOCKED_POLICY);
    return send(res, { status: 403, ...lockedPage(req.headers.accept ?? '') });
  }
  if (admission.kind === 'entering') {
    res.setHeader('set-cookie', cookieOf(deps.key));
    return send(res, { status: 200, ...(await loadPage(deps.key)) });
  }
  return serveInside({ path: admission.path, url, req, res }, deps);
};

type Inside = {
  readonly path: string;
  readonly url: URL;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
};

const serveInside = async ({ path, url, req, res }: Inside, deps: Serving): Promise<void> => {
  if (path === '') return send(res, { status: 200, ...(await loadPage(deps.key)) });
  if (path === 'api/stream')
    return streamTo(res, new Reader(deps.live, url.searchParams.get('filter')?.slice(0, LONGEST_FILTER) ?? ''));
  const asset = path.startsWith('assets/') ? await loadAsset(path.slice('assets/'.length)) : undefined;
  if (asset !== undefined) return send(res, { status: 200, ...asset });
  const { status, value } = await answerApi(path, req, deps);
  send(res, { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) });
};

const LONGEST_FILTER = 200;

const send = (res: ServerResponse, { status, type, body }: { status: number; type: string; body: string }): void => {
  res.writeHead(status, { 'content-type': type });
  res.end(body);
};
