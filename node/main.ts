import { setTimeout as wait } from 'node:timers/promises';
import { endWithCaller } from '../shared/end-with-caller.ts';
import { findProgram, isProgram } from '../shared/find-program.ts';
import { createLog, type Log } from '../shared/log.ts';
import { asCalled } from '../shared/program.ts';
import { findRedis } from '../shared/registry/find-redis.ts';
import { redisEvents } from '../shared/registry/redis-events.ts';
import { RedisRegistry } from '../shared/registry/redis-registry.ts';
import { forTerminal } from '../shared/terminal-text.ts';
import type { Topology } from '../shared/topology/topology.ts';
import type { Announcement } from './announce.ts';
import { isLoopback } from './core/loopback.ts';
import type { MakeHost } from './host/session-host.ts';
import { loadServer } from './load-server.ts';
import { loadStateKeys } from './load-state-keys.ts';
import type { CreateServer } from './mcp/open-session.ts';
import { NODE_DEFAULTS } from './node-options.ts';
import { sessionOwners } from './session-owners.ts';
import { HELP, type NodeSettings, readSettings } from './settings.ts';
import { startNode } from './start-node.ts';
import type { StdioSettings } from './stdio-settings.ts';

const say = (settings: NodeSettings, event: Record<string, unknown>, sentence: string): void =>
  console.log(forTerminal(settings.json ? JSON.stringify(event) : sentence, { color: false }));

const complain = (text: string): void => console.error(forTerminal(asCalled(text), { color: false }));

const run = async (settings: NodeSettings): Promise<void> => {
  const log = createLog({ level: settings.logLevel });
  // User code runs here: its unhandled errors and rejections must not end everybody else's sessions.
  process.on('uncaughtException', (err, origin) => log.error({ err, origin }, 'uncaught error'));
  // A user's module is loaded before the node says that it is ready; ours is known to load.
  const sessions = await sessionsOf(settings);
  const topology =
    settings.announce === undefined
      ? undefined
      : await (await import('./load-topology.ts')).loadTopology(settings.announce);
  const stateKeys = await loadStateKeys(settings);
  const misroute =
    settings.topology === undefined
      ? undefined
      : await (await import('./relay/load-misroute.ts')).loadMisroute(settings.topology, { ...settings, log });
  const redis = await findRedis({ env: { ...process.env, REDIS_URL: settings.redis }, log });
  const elsewhere = settings.upstream !== undefined;
  const { sentence, ...owners } = sessionOwners({ ...settings, ...sessions, elsewhere });
  log.info(sentence);
  let registry: RedisRegistry | undefined;
  const node = await startNode({
    ...settings,
    ...(topology && { stopDelayMs: Math.max(settings.stopDelayMs, TRAEFIK_LAGS_MS) }),
    ...sessions,
    ...owners,
    stateKeys,
    misroute,
    log,
    processMetrics: true,
    loadLater: true,
    joinRegistry: (self) => {
      registry = new RedisRegistry({ url: redis.url, self, log });
      return registry;
    },
    joinEvents: (onText) =>
      redisEvents({ url: redis.url, registry: registry as RedisRegistry, node: settings.name, log, onText }),
  });
  const announcement = topology && (await announceNode(settings, { topology, url: node.url, redis: redis.url, log }));
  const stop = async (): Promise<void> => {
    await announcement?.drain();
    await node.stop();
    await announcement?.leave();
    await redis.stop();
    say(settings, { event: 'stopped', node: settings.name }, `mooring node ${settings.name} stopped`);
    process.exit(0);
  };
  onSignals(stop, log);
  // For tests of clients: every connection breaks, every session stays.
  process.on('SIGUSR2', () => node.server.closeAllConnections());
  const ready = {
    event: 'ready',
    node: settings.name,
    url: node.url,
    mcp: `${node.url}${settings.mcpPath}`,
    redis: redis.how,
    ...(settings.upstream && { upstream: settings.upstream.url }),
    ...(settings.stdio && { stdio: settings.stdio.command }),
  };
  const theirs = settings.upstream?.url ?? settings.stdio?.command.join(' ');
  const server = theirs === undefined ? '' : `\n  server  ${theirs}`;
  say(settings, ready, `mooring node ${settings.name} ready\n  mcp     ${ready.mcp}${server}\n  ${redis.sentence}`);
  warnIfUnreachable(settings, log);
  await wait(OTHERS_START_MS);
  await node.loadAll();
  if (settings.server === undefined && 'createServer' in sessions) await loadExample();
};

const sessionsOf = async ({ upstream, stdio, server, maxSessions }: NodeSettings) => {
  if (stdio !== undefined) return { makeHost: await programs(stdio, maxSessions) };
  if (upstream === undefined) return server === undefined ? { createServer: exampleServer } : await loadServer(server);
  const { upstreamHost } = await import('./host/upstream/upstream-host.ts');
  return { makeHost: upstreamHost(upstream), checkHosts: !upstream.passHostHeader };
};

const programs = async (stdio: StdioSettings, maxSessions: number): Promise<MakeHost> => {
  const [program] = stdio.command;
  const found = program.includes('/') ? isProgram(program) : findProgram([program], stdio.env.PATH);
  if (!found) throw new Error(`there is no program ${program}${program.includes('/') ? '' : ' on the PATH'}`);
  const { stdioHost } = await import('./host/stdio/stdio-host.ts');
  return stdioHost({ ...stdio, mostProcesses: maxSessions + ENDING_PROCESSES, eventLimits: NODE_DEFAULTS.eventLimits });
};

/** A place is freed before the program that had it has ended. */
const ENDING_PROCESSES = 8;

const warnIfUnreachable = ({ host, url }: NodeSettings, log: Log): void => {
  if (url === '' || !isLoopback(host) || isLoopback(new URL(url).hostname)) return;
  log.warn(
    { host, url },
    `a node that listens on ${host} cannot be reached from other machines: use --host 0.0.0.0, or the address of its URL`,
  );
};

/**
 * If several nodes start on one machine, the caller waits for the last one; a request loads what it needs by itself.
 */
const OTHERS_START_MS = 1000;

/** Traefik applies changes from Redis only every two seconds; until then it sends new sessions here. */
const TRAEFIK_LAGS_MS = 3000;

type AnnounceOptions = { readonly topology: Topology; readonly url: string; readonly redis: string; readonly log: Log };

const announceNode = async ({ name, tag, url }: NodeSettings, options: AnnounceOptions): Promise<Announcement> => {
  const { announce } = await import('./announce.ts');
  return announce({ ...options, node: { id: name, tag, url: url || options.url } });
};

const loadExample = () => import('./example/server.ts');

const exampleServer: CreateServer = async (context) => (await loadExample()).createServer(context);

const onSignals = (stop: () => Promise<void>, log: Log): void => {
  let signals = 0;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      // A second signal means: do not wait.
      if (++signals > 1) process.exit(1);
      stop().catch((err) => {
        log.error({ err }, 'stopping failed');
        process.exit(1);
      });
    });
};

endWithCaller(process.env);
const read = readSettings(process.argv.slice(2), process.env);
if (read.kind === 'help') console.log(asCalled(HELP));
else if (read.kind === 'misuse') {
  complain(`${HELP}\n${read.problem}`);
  process.exitCode = 2;
} else
  await run(read.settings).catch((error: Error) => {
    complain(`mooring node: ${error.message}`);
    process.exit(1);
  });
