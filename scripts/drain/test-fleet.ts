/**
 * Two real Traefiks in front of nodes in this process: the first follows the deployment's file, the second only on
 * request.
 */
import { existsSync, readFileSync, watch } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { KEYS } from '../../node/relay/test-peers.ts';
import { type TestNode, testNode } from '../../node/test-bench.ts';
import { freePorts } from '../../shared/free-ports.ts';
import { silentLog } from '../../shared/log.ts';
import { RedisRegistry } from '../../shared/registry/redis-registry.ts';
import { noRedis, runRedis } from '../../shared/registry/test-bench.ts';
import { type Topology, topologySchema } from '../../shared/topology/topology.ts';
import { generateFiles } from '../../shared/traefik/generate-files.ts';
import { binary, folderOf, skip as noTraefik, start, until } from '../../shared/traefik/test-bench.ts';
import type { Command } from '../cli/command.ts';
import { replaceFile } from '../generate/change-files.ts';
import { TestClient } from './test-client.ts';

export const skip = noTraefik || noRedis;
export const LIMIT = { skip, timeout: 120_000 };

export type Fleet = {
  readonly args: readonly string[];
  readonly redis: string;
  /** URLs of the proxy that follows at once, and of the other one. */
  readonly first: string;
  readonly late: string;
  readonly nodes: Map<string, TestNode>;
  /** Gives the second proxy the current file. */
  follow(): Promise<void>;
  /** From now on it gets each file, later than the first proxy. */
  lag(t: TestContext): void;
  /** As a service manager would. */
  restart(id: string): Promise<void>;
};

/** Much longer than the lag, to which a busy machine adds. */
const SETTLE = '4s';
/** The lag of the second proxy, if it follows at all. */
export const LAG_MS = 500;
const CHECK = { interval: '200ms', timeout: '2s' };

type Given = {
  readonly states: readonly ('active' | 'out')[];
  readonly heartbeatMs?: number;
  readonly misroute?: Topology['misroute'];
};

export const startFleet = async (
  t: TestContext,
  { states, heartbeatMs = 100, misroute = 'refuse' }: Given,
): Promise<Fleet> => {
  const redis = await runRedis(t);
  const [one, two, ...ports] = (await freePorts(2 + states.length)) as [number, number, ...number[]];
  const nodes = new Map<string, TestNode>();
  const startNode = async (id: string): Promise<void> => {
    const joinRegistry = (self: ConstructorParameters<typeof RedisRegistry>[0]['self']) =>
      new RedisRegistry({ url: redis.url, self, log: silentLog(), heartbeatMs, heartbeatTtlMs: 60_000 });
    const relay = misroute === 'relay' && { misroute: { keys: KEYS, known, patienceMs: 60_000 } };
    nodes.set(id, await testNode(t, { name: id, port: ports[Number(id.slice(1)) - 1]!, joinRegistry, ...relay }));
  };
  const [folder, other] = [folderOf(t), folderOf(t)];
  const file = join(folder, 'topology.json');
  const known = async () => topologySchema.parse(JSON.parse(await readFile(file, 'utf8'))).nodes;
  await Promise.all(states.map((_, i) => startNode(`n${i + 1}`)));
  const topology = topologySchema.parse({
    nodes: states.map((state, i) => ({ id: `n${i + 1}`, url: `http://127.0.0.1:${ports[i]}`, state })),
    entryPoints: { web: { address: `127.0.0.1:${one}` } },
    cookie: { secure: false },
    healthCheck: { ...CHECK, ready: CHECK },
    timeouts: { settle: SETTLE },
    misroute,
    registry: redis.url,
  });
  await startProxy(t, { topology, folder });
  await startProxy(t, { topology: { ...topology, entryPoints: webAt(two) }, folder: other });
  await writeFile(file, JSON.stringify(topology));
  return {
    args: ['--topology', file, '--out', folder],
    redis: redis.url,
    first: `http://127.0.0.1:${one}/mcp`,
    late: `http://127.0.0.1:${two}/mcp`,
    nodes,
    follow: async () => replaceFile(join(other, 'dynamic.yml'), await readFile(join(folder, 'dynamic.yml'), 'utf8')),
    lag: (t) => lagBehind(t, { from: join(folder, 'dynamic.yml'), to: join(other, 'dynamic.yml') }),
    restart: async (id) => {
      await nodes.get(id)?.stop();
      await startNode(id);
    },
  };
};

const webAt = (port: number): Topology['entryPoints'] => ({
  web: { address: `127.0.0.1:${port}`, tls: false, trustedIPs: [] },
});

const startProxy = async (t: TestContext, { topology, folder }: { topology: Topology; folder: string }) => {
  await mkdir(folder, { recursive: true });
  const dynamicFile = join(folder, 'dynamic.yml');
  const files = generateFiles(topology, { dynamicFile });
  const fixed = join(folder, 'traefik.yml');
  await Promise.all([writeFile(fixed, files.static), writeFile(dynamicFile, files.dynamic)]);
  const proxy = start(t, [binary!, `--configfile=${fixed}`]);
  const port = Number(topology.entryPoints.web!.address.split(':')[1]);
  await until(proxy, { port, path: '/graphql', host: 'localhost' }, ({ status }) => status !== 404 && status < 500);
};

const lagBehind = (t: TestContext, { from, to }: { readonly from: string; readonly to: string }): void => {
  const over = new AbortController();
  t.after(() => over.abort());
  let seen = readFileSync(from, 'utf8');
  const look = (): void => {
    // The folder is removed before its watcher.
    const now = existsSync(from) ? readFileSync(from, 'utf8') : seen;
    if (now === seen) return;
    seen = now;
    setTimeout(() => void (over.signal.aborted || replaceFile(to, now)), LAG_MS);
  };
  watch(dirname(from), { signal: over.signal }, look);
};

export type PrintedEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

/** A command in this process, with its events as they occur. */
export const command = (t: TestContext, { run }: Command, args: readonly string[]) => {
  const over = new AbortController();
  t.after(() => over.abort());
  const events: PrintedEvent[] = [];
  const waiting = new Set<() => void>();
  const print = (text: string): void => {
    events.push(JSON.parse(text) as PrintedEvent);
    for (const look of waiting) look();
  };
  const terminal = { print, complain: print, interactive: false, color: false, env: {}, signal: over.signal };
  let ended = false;
  const code = run([...args, '--json'], terminal).finally(() => {
    ended = true;
  });
  const told = async (name: string): Promise<PrintedEvent> => {
    for (;;) {
      const found = events.find(({ event }) => event === name);
      if (found !== undefined) return found;
      if (ended) throw new Error(`it ended without ${name}: ${JSON.stringify(events)}`);
      await Promise.race([new Promise<void>((resolve) => void waiting.add(resolve)), code]);
    }
  };
  return { events, told, code };
};

/** Opens sessions repeatedly; those on draining nodes end on their own, so that the drain can. */
export const beginSessions = (t: TestContext, { at, brief }: { at: readonly string[]; brief: readonly string[] }) => {
  const over = new AbortController();
  t.after(() => over.abort());
  const begun: TestClient[] = [];
  const failures: string[] = [];
  const one = async (mcp: string): Promise<void> => {
    const client = await TestClient.open(mcp, { cookies: false });
    begun.push(client);
    for (const proxy of at) await answers(client, proxy);
    if (!brief.includes(client.node)) return;
    await wait(PAUSE_MS);
    const { status } = await client.close();
    if (status !== 200) failures.push(`DELETE at ${client.node}: ${status}`);
  };
  const answers = async (client: TestClient, proxy: string): Promise<void> => {
    const { status, node } = await client.call(proxy);
    if (status !== 200) failures.push(`a session of ${client.node}: ${status} from ${node} by ${proxy}`);
  };
  const running = Promise.all(
    at.map(async (mcp) => {
      while (!over.signal.aborted) {
        await one(mcp).catch((error: Error) => failures.push(`${error.message} ${error.cause ?? ''}`));
        await wait(PAUSE_MS, undefined, { signal: over.signal }).catch(() => undefined);
      }
    }),
  );
  return {
    begun,
    failures,
    stop: async (): Promise<void> => {
      over.abort();
      await running;
    },
  };
};

const PAUSE_MS = 40;
