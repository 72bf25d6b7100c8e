/** For the tests of the commands that change a deployment: a cluster whose files belong to a topology file. */
import { spawn } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { viewRegistry } from '../../shared/registry/registry-view.ts';
import type { Cluster, ClusterOptions } from '../cluster/cluster.ts';
import { startCluster } from '../cluster/start-cluster.ts';
import { until } from '../cluster/test-contract.ts';
import { TestClient } from './test-client.ts';

export type TestDeployment = {
  readonly cluster: Cluster;
  readonly topologyFile: string;
  /** --topology, --out and --redis. */
  readonly args: readonly string[];
};

export const deploy = async (t: TestContext, options: ClusterOptions): Promise<TestDeployment> => {
  const cluster = await startCluster(options);
  t.after(() => cluster.close());
  await registered(cluster);
  const topologyFile = join(cluster.folder, 'topology.json');
  const topology = cluster.topology();
  // The only proxy reloads at once.
  const timeouts = { ...topology.timeouts, settle: '500ms' };
  await writeFile(topologyFile, JSON.stringify({ ...topology, timeouts }, null, 2));
  return {
    cluster,
    topologyFile,
    args: ['--topology', topologyFile, '--out', cluster.folder, '--redis', cluster.redis.url],
  };
};

/** A node answers before its first heartbeat is in Redis, and a node that the registry does not have counts as gone. */
const registered = async (cluster: Cluster): Promise<void> => {
  const view = await viewRegistry(cluster.redis.url);
  try {
    await until(async () => {
      const listed = await view.nodes();
      return listed.kind === 'listed' && listed.items.length === cluster.nodes().length;
    });
  } finally {
    await view.quit();
  }
};

export const stateOf = async ({ topologyFile }: TestDeployment, node: string): Promise<string> => {
  const { nodes } = JSON.parse(await readFile(topologyFile, 'utf8')) as { nodes: { id: string; state?: string }[] };
  return nodes.find(({ id }) => id === node)?.state ?? 'active';
};

export type RunEvent = { readonly event: string } & Readonly<Record<string, unknown>>;
export type Run = {
  readonly events: readonly RunEvent[];
  /** The next event with that name, or the last one that already arrived. */
  until(event: string): Promise<RunEvent>;
  interrupt(): void;
  readonly code: Promise<number>;
};

const MAIN = fileURLToPath(new URL('../mooring.ts', import.meta.url));

/** A command as users run it, with --json. */
export const run = (t: TestContext, args: readonly string[]): Run => {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx/esm'), MAIN, ...args, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const events: RunEvent[] = [];
  const waiting = new Map<string, (event: RunEvent) => void>();
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = JSON.parse(line) as RunEvent;
    events.push(event);
    waiting.get(event.event)?.(event);
  });
  const code = once(child, 'close').then(([status]) => status as number);
  const told = (name: string): Promise<RunEvent> => {
    const before = events.find(({ event }) => event === name);
    return before ? Promise.resolve(before) : new Promise((resolve) => waiting.set(name, resolve));
  };
  const ended = code.then((status): never => {
    throw new Error(`ended with ${status}: ${JSON.stringify(events)}\n${errors.join('\n')}`);
  });
  ended.catch(() => undefined);
  return {
    events,
    // The last output arrives before the end.
    until: (name) =>
      Promise.race([
        told(name),
        ended.catch((error) => events.find(({ event }) => event === name) ?? Promise.reject(error)),
      ]),
    interrupt: () => void child.kill('SIGINT'),
    code,
  };
};

export const LIMIT = { timeout: 120_000 };

/** Half of them keep cookies, unless cookies are the only pin. */
export const openMany = (mcp: string, count: number, affinity: 'both' | 'cookie'): Promise<TestClient[]> =>
  Promise.all(
    Array.from({ length: count }, (_, i) => TestClient.open(mcp, { cookies: affinity === 'cookie' || i % 2 === 0 })),
  );

/** So that the machine is busy, but not overloaded. */
const PAUSE_MS = 50;

/** Sessions that keep calling from now on; each answer from another node is a stray. */
export const keepCalling = (t: TestContext, clients: readonly TestClient[]) => {
  const over = new AbortController();
  setMaxListeners(0, over.signal); // Every client waits with it.
  t.after(() => over.abort());
  const strays: string[] = [];
  const closed = new Set<TestClient>();
  let calls = 0;
  const call = async (client: TestClient): Promise<void> => {
    while (!over.signal.aborted && !closed.has(client)) {
      const { status, node } = await client.call().catch((error: Error) => ({ status: error.message, node: null }));
      calls += 1;
      if (status !== 200 || node !== client.node)
        strays.push(`${client.session} of ${client.node}: ${status} from ${node}`);
      await wait(PAUSE_MS, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  const running = new Map(clients.map((client) => [client, call(client)]));
  return {
    strays,
    calls: () => calls,
    close: async (client: TestClient): Promise<void> => {
      closed.add(client);
      await running.get(client);
      const { status, node } = await client.close();
      if (status !== 200 || node !== client.node) strays.push(`DELETE of ${client.node}: ${status} from ${node}`);
    },
    stop: async (): Promise<void> => {
      over.abort();
      await Promise.all(running.values());
    },
  };
};

/**
 * Opens and closes sessions until they show that the proxy has loaded its file: none of a series on the node, or one.
 */
export const untilNewSessions = async (mcp: string, node: string, expected: 'avoid' | 'reach'): Promise<void> => {
  const row = expected === 'avoid' ? 9 : 1;
  const limit = performance.now() + 30_000;
  for (let seen = 0; seen < row; ) {
    if (performance.now() > limit) throw new Error(`new sessions do not ${expected} ${node}`);
    const client = await TestClient.open(mcp, { cookies: true });
    await client.close();
    if ((client.node === node) === (expected === 'reach')) seen += 1;
    else if (expected === 'avoid') seen = 0;
  }
};
