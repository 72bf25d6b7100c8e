import { resolve } from 'node:path';
import type { Topology, TopologyNode } from '../../shared/topology/topology.ts';
import type { ClusterOptions } from './cluster.ts';

type TableDeps = {
  readonly redis: string;
  readonly options: ClusterOptions;
  /** Undefined while a cluster without a topology file starts: the defaults apply. */
  readonly topology: Pick<Topology, 'prefix' | 'hosts' | 'cors' | 'cookie' | 'misroute'> | undefined;
  /** The file from which nodes read it, if they need to. */
  readonly topologyFile?: string;
};

/** Includes what the topology says about the server behind it, if there is one. */
export type RunnableNode = Pick<TopologyNode, 'id' | 'tag' | 'url' | 'upstream' | 'health' | 'passHostHeader'>;

/** The arguments for node/main.ts, so that it agrees with the proxy. */
export const nodeArguments = (
  { id, tag, url, upstream, health, passHostHeader }: RunnableNode,
  { redis, options, topology, topologyFile }: TableDeps,
): readonly string[] => {
  const { hostname, port, protocol } = new URL(url);
  if (protocol !== 'http:' || !LOOPBACK.has(hostname))
    throw new Error(`node ${id} is at ${url}, which is not this machine: a cluster here needs http://127.0.0.1:PORT`);
  const flags: Readonly<Record<string, string>> = {
    name: id,
    ...(tag !== undefined && { tag }),
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port || '80',
    url,
    redis,
    'stop-delay-seconds': '0',
    // The node's endpoint may have another path than the server's.
    ...(upstream !== undefined && { upstream, 'mcp-path': MCP_PATH, ...healthFlags(health) }),
    ...(options.server !== undefined && { server: resolve(options.server) }),
    ...(topology && {
      'mcp-path': topology.prefix,
      cookie: topology.cookie.name,
      'public-hosts': topology.hosts.join(),
      origins: topology.cors.origins.filter((origin) => origin !== '*').join(),
      ...(topology.misroute === 'relay' && topologyFile !== undefined && { topology: topologyFile }),
    }),
  };
  const given = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const host = passHostHeader ? ['--pass-host-header'] : [];
  return [...given, ...host, '--json', ...(options.nodeArguments ?? []), ...programOf(options)];
};

const healthFlags = ({ path, status, port }: Partial<NonNullable<TopologyNode['health']>> = {}) => ({
  ...(path !== undefined && { 'health-path': path }),
  ...(status !== undefined && { 'health-status': `${status}` }),
  ...(port !== undefined && { 'health-port': `${port}` }),
});

/** Must be last: arguments after -- are not parsed. */
const programOf = ({ stdio }: ClusterOptions): readonly string[] =>
  stdio === undefined
    ? []
    : [...(stdio.env ?? []).flatMap((named) => ['--env', named]), '--stdio', '--', ...stdio.command];

/** The default of a topology. */
const MCP_PATH = '/mcp';
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);
