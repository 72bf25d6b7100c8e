import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Log } from '../../../shared/log.ts';
import { isLoopback } from '../../core/loopback.ts';
import { recently } from '../../sessions/recently.ts';
import type { HostHealth } from '../session-host.ts';
import { codeOf, UpstreamServer } from './upstream-server.ts';
import type { UpstreamOptions } from './way.ts';

export type HealthOptions = Pick<UpstreamOptions, 'health'> & {
  readonly url: URL;
  /** The connection pool of the sessions: any answer on it shows that the server is alive. */
  readonly server: UpstreamServer;
  readonly log: Log;
};

/** A balancer waits one second for our own answer. */
const PATIENCE_MS = 800;
/**
 * A tool that blocks a server's only thread must not cost all its sessions. After this long without any answer the
 * server counts as frozen.
 */
const MAY_BE_BUSY_MS = 10_000;
/** Also when nobody probes us: a server that restarted has lost its sessions. */
const LOOK_MS = 1000;
/** Concurrent probes share one request. */
const SAME_MS = 200;

/**
 * Whether the server is alive: any HTTP answer counts, unless a certain status is configured. Never on the MCP path,
 * where a GET opens a stream.
 */
export const serverHealth = ({ url, server, health, log }: HealthOptions) => {
  const asked = new URL(health.path, url);
  if (health.port !== undefined) asked.port = String(health.port);
  const prober = new UpstreamServer(asked.origin);
  let before: HostHealth['kind'] | undefined;
  let starts = 0;
  let exposed = !isLoopback(url.hostname);
  const look = async (): Promise<HostHealth> => {
    const found = await ask(prober, asked, health.status);
    const silent = found.kind === 'silent' && performance.now() - Math.max(prober.lastAnswer, server.lastAnswer);
    const kind = judge(found, silent !== false && silent >= MAY_BE_BUSY_MS);
    if (before !== kind) report(kind, found.why);
    return kind === 'up' ? { kind, starts, exposed } : { kind, why: found.why };
  };
  const report = (kind: HostHealth['kind'], why: string): void => {
    if (kind !== 'up') log.warn({ why, url: url.origin }, 'the server behind this node is down');
    else log.info({ url: url.origin }, 'the server behind this node answers');
    if (before === 'gone' && kind === 'up') starts++;
    if (before !== 'up' && kind === 'up') void lookFromOutside();
    before = kind;
  };
  const lookFromOutside = async (): Promise<void> => {
    const at = await reachedPastUs(url);
    exposed = at !== undefined;
    if (at) log.warn(at, 'the server behind this node can be reached directly: let it listen on 127.0.0.1 only');
  };
  const now = recently(look, { ms: SAME_MS, now: () => performance.now() });
  const timer = setInterval(() => void now(), LOOK_MS).unref();
  const stop = (): void => {
    clearInterval(timer);
    prober.close();
  };
  return { now, stop };
};

type Found =
  | { readonly kind: 'answered'; readonly why: string }
  /** refused: it answers with the wrong status, or nothing listens there. */
  | { readonly kind: 'silent' | 'refused'; readonly why: string };

const judge = ({ kind }: Found, isFrozen: boolean): HostHealth['kind'] => {
  if (kind === 'refused') return 'gone';
  return kind === 'silent' && isFrozen ? 'silent' : 'up';
};

const ask = async (
  prober: UpstreamServer,
  { pathname, search, host }: URL,
  wanted: number | undefined,
): Promise<Found> => {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const headers = ['host', host, 'user-agent', 'mooring'];
    const answer = await prober.ask({ method: 'GET', path: `${pathname}${search}`, headers, signal });
    answer.body.destroy();
    const fits = wanted === undefined || answer.status === wanted;
    return fits ? { kind: 'answered', why: '' } : { kind: 'refused', why: `it answered ${answer.status}` };
  } catch (error) {
    return signal.aborted ? { kind: 'silent', why: 'it does not answer' } : { kind: 'refused', why: codeOf(error) };
  }
};

/** Anyone who can reach the server directly bypasses all checks of this node. */
const reachedPastUs = async ({ hostname, port, protocol }: URL): Promise<object | undefined> => {
  if (!isLoopback(hostname)) return { host: hostname };
  const number = Number(port) || (protocol === 'https:' ? 443 : 80);
  const outer = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  for (const { address, internal, scopeid } of outer)
    if (!internal && !scopeid && (await listensAt(address, number))) return { address, port: number };
  return undefined;
};

const listensAt = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PATIENCE_MS });
    const end = (listens: boolean) => (): void => {
      socket.destroy();
      resolve(listens);
    };
    socket.on('connect', end(true)).on('timeout', end(false)).on('error', end(false));
  });
