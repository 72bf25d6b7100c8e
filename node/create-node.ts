import type { IncomingMessage, ServerResponse } from 'node:http';
import { assembleNode, type HeldNode } from './assemble-node.ts';
import { type Fetch, fetchBy } from './http/fetch.ts';
import type { NodeOptions } from './node-options.ts';
import { Relay } from './relay/relay.ts';

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** A node in an app. The app listens, authenticates and has other routes. */
export type MountedNode = HeldNode & {
  /** The MCP endpoint, wherever it is mounted, and the probes at their paths: for node:http, Express and similar. */
  readonly handler: Handler;
  /** The same for servers that use Request and Response. */
  readonly fetch: Fetch;
  /** `/healthz`, `/readyz` and `/metrics`, as separate handlers: whoever requests them has no credentials. */
  readonly probes: Readonly<Record<string, Handler>>;
  /** The node is registered and its code is loaded. Requests may come earlier. */
  readonly ready: Promise<void>;
};

/** The app closes its own server, once `stop` has ended the streams. */
export const createNode = (options: NodeOptions): MountedNode => {
  if (!URL.canParse(options.url))
    throw new TypeError('createNode needs url: the URL of this node as the balancer has it');
  const { answer, probes, start, loadAll, ...node } = assembleNode(options, { endpointPath: undefined, Relay });
  const ready = Promise.all([start(), loadAll()]).then(() => undefined);
  // Callers that await it get the error; the next request tries again.
  ready.catch(() => undefined);
  const paths = Object.keys(probes);
  return {
    ...node,
    ready,
    handler: answer,
    fetch: fetchBy(answer),
    probes: Object.fromEntries(paths.map((path) => [path, answer])),
  };
};
