import type { Server } from 'node:http';
import { assembleNode, type HeldNode } from './assemble-node.ts';
import { listen } from './http/server.ts';
import { NODE_DEFAULTS, type NodeOptions } from './node-options.ts';

const LISTENER_DEFAULTS = {
  host: '127.0.0.1',
  port: 0,
  /** Empty: where the node listens. */
  url: '',
  /** Resolves before the code of the routes is loaded; the caller must then call `loadAll`. */
  loadLater: false,
};

export type ListeningOptions = Omit<NodeOptions, 'url'> & Partial<typeof LISTENER_DEFAULTS>;

export type RunningNode = HeldNode & {
  /** Where it listens; `url` in the registry may be another. */
  readonly url: string;
  readonly server: Server;
  /** Loads the code of every route, so that no request has to wait for it. */
  loadAll(): Promise<void>;
};

/** A node with its own server. */
export const startNode = async (given: ListeningOptions): Promise<RunningNode> => {
  const options = { ...LISTENER_DEFAULTS, ...given };
  const { host, mcpPath = NODE_DEFAULTS.mcpPath } = options;
  const { Relay = undefined } = options.misroute ? await import('./relay/relay.ts') : {};
  const { server, port } = await listen(options.name, options.port, host);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const placed = { endpointPath: mcpPath, server, listensAt: url, Relay };
  const { answer, probes: _, start, ...node } = assembleNode(options, placed);
  server.on('request', answer);
  if (!options.loadLater) await node.loadAll();
  await start();
  return { ...node, url, server };
};
