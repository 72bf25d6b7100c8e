import { freePorts, holdPort } from '../../shared/free-ports.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import { writeNodesTopology } from './cluster-files.ts';
import { ClusterFolder } from './cluster-folder.ts';
import { startClusterRedis } from './cluster-redis.ts';
import { EventFeed } from './event-feed.ts';
import type { Ports } from './local-topology.ts';
import { memberMaker } from './make-member.ts';
import { NodeProgram } from './node-program.ts';
import { plannedNodes } from './planned-nodes.ts';
import type { ProxyOptions, RunningProxy } from './proxy.ts';
import { RunningCluster } from './running-cluster.ts';

const ATTEMPTS = 3;

/** Starts everything in parallel; resolves when the proxy has nodes that answer. All of it ends with this process. */
export const startCluster = async (options: ClusterOptions = {}): Promise<Cluster> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(options, await choosePorts(options));
    } catch (error) {
      // Another process may take a free port before it is used.
      // A command that does not take our port uses the same one every time.
      const ours = options.topology === undefined && options.command === undefined;
      if (attempt === ATTEMPTS || !ours || !isPortTaken(error)) throw error;
    }
  }
};

const choosePorts = async ({ nodes = 3, port }: ClusterOptions): Promise<Ports> => {
  const [proxy, internal, ...rest] = await freePorts(nodes + 2);
  return { proxy: port ?? proxy!, internal: internal!, nodes: rest };
};

const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && /EADDRINUSE|address already in use/.test(error.message);

type Closer = () => Promise<void>;

const start = async (options: ClusterOptions, ports: Ports): Promise<Cluster> => {
  options.signal?.throwIfAborted();
  const closers: Closer[] = [];
  try {
    return await startParts(options, ports, closers);
  } catch (error) {
    for (const close of closers.reverse()) await close();
    throw error;
  }
};

const startParts = async (options: ClusterOptions, ports: Ports, closers: Closer[]): Promise<Cluster> => {
  const feed = new EventFeed();
  if (options.onEvent !== undefined) feed.subscribe(options.onEvent);
  const lineFrom = (from: string) => (line: string) => feed.publish({ kind: 'line', from, line });
  const kind = options.proxy ?? 'router';
  // Foreign servers may take minutes to start, and another cluster could choose the same port meanwhile.
  const letPortGo = options.command === undefined ? undefined : await holdPort(ports.proxy);
  if (letPortGo) closers.push(letPortGo);
  const folder = await ClusterFolder.create();
  const compiling = NodeProgram.create(folder.path);
  // Remove the folder when nothing writes into it any more.
  closers.push(async () => {
    await compiling.catch(() => undefined);
    await folder.remove();
  });
  compiling.catch(() => undefined);
  const redis = await startClusterRedis({ url: options.redis, onLine: lineFrom('redis') });
  closers.push(redis.close);
  const program = await compiling;
  const makeMember = memberMaker({ program, redis: redis.url, options, feed, folder: folder.path });
  // Nodes take longest to start, so they start before this process loads its own modules.
  const planned = options.topology?.nodes ?? plannedNodes(ports.nodes);
  if (options.topology) await writeNodesTopology(folder.path, options.topology);
  const members = await Promise.all(planned.map((node) => makeMember(node, options.topology)));
  closers.push(async () => void (await Promise.all(members.map((member) => member.kill()))));
  const membersUp = Promise.all(members.map((member) => member.start()));
  membersUp.catch(() => undefined);
  const { localTopology, withInternals } = await import('./local-topology.ts');
  const { ClusterFiles } = await import('./cluster-files.ts');
  const complete = (given: Topology): Topology => withInternals(given, options, ports);
  const topology = complete(options.topology ?? localTopology(options, ports));
  const files = await ClusterFiles.create(folder.path, topology, { api: options.proxy === 'traefik' });
  const startProxy = await proxyOf(options, topology);
  await orAborted(membersUp, options.signal);
  await letPortGo?.();
  const proxy = await startProxy({ staticFile: files.staticFile, onLine: lineFrom(kind) });
  const parts = { kind, topology, folder, files, program, redis, members, proxy, feed, makeMember, complete };
  return new RunningCluster(parts);
};

/** Without a time limit, as a foreign server may take long to start; only the signal ends the wait. */
const orAborted = async (work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> => {
  signal?.throwIfAborted();
  let abort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal?.reason);
  });
  signal?.addEventListener('abort', abort, { once: true });
  await Promise.race([work, aborted]).finally(() => signal?.removeEventListener('abort', abort));
};

const proxyOf = async (
  { proxy }: ClusterOptions,
  topology: Topology,
): Promise<(options: ProxyOptions) => Promise<RunningProxy>> => {
  if (proxy !== 'traefik') return (await import('./router-proxy.ts')).startRouterProxy;
  const { startTraefikProxy } = await import('./traefik-proxy.ts');
  const { internalUrl } = await import('./addresses.ts');
  return (options) => startTraefikProxy(options, internalUrl(topology));
};
