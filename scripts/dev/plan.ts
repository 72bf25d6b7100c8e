import { checkServerFile } from '../../node/load-server.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { ClusterOptions } from '../cluster/cluster.ts';
import type { DevOptions } from './options.ts';
import { choosePort, type PortChoice } from './port-choice.ts';

export type Plan = { readonly cluster: ClusterOptions; readonly port: PortChoice };

const DEFAULT_PORT = 8080;
/** The part of its protocol that is let through. */
const NODE_ARGUMENTS = ['--grace-seconds', '2'];

export const planOf = async (options: DevOptions, { color, complain }: Terminal): Promise<Plan> => {
  const { nodes, affinity, https, host, redis, server, traefik, command, path, era, stdio } = options;
  if (server !== undefined) await checkServerFile(server);
  const common = {
    proxy: traefik ? ('traefik' as const) : ('router' as const),
    nodeArguments: [...NODE_ARGUMENTS, ...(era === undefined ? [] : ['--era', era])],
    ...(redis !== undefined && { redis }),
    ...(server !== undefined && { server }),
    ...(command !== undefined && { command }),
    ...(path !== undefined && { path }),
    ...(stdio !== undefined && { stdio }),
  };
  if (options.topology === undefined) {
    const port = await choosePort(host, options.port ?? DEFAULT_PORT);
    return { port, cluster: { ...common, nodes, affinity, https, host, port: port.port } };
  }
  // Loaded only with a topology: the schema takes time to load.
  const { clientEntryPoint } = await import('../cluster/addresses.ts');
  const { loadTopology, withPort } = await import('./topology-file.ts');
  const topology = await loadTopology(options.topology, { color, warn: complain });
  const entryPoint = clientEntryPoint(topology);
  const port = await choosePort(entryPoint.host, options.port ?? entryPoint.port);
  return { port, cluster: { ...common, topology: withPort(topology, port) } };
};
