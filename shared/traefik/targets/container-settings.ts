/** Settings of all containers, in the form that each needs. */
import { parseRedisUrl } from '../../registry/redis-url.ts';
import type { Topology } from '../../topology/topology.ts';
import { millisecondsOf } from '../go-duration.ts';

export const YOUR_SERVER = `This runs an example server. For your own, build an image with three lines (config/Dockerfile):
FROM mooring-node, COPY server.ts ./, CMD ["--server", "server.ts"].`;

export const STATE_KEYS = `seals the state that clients carry between requests. Without it each node has
a key of its own, and does not accept the state of another.`;

/** Undefined if the nodes need no more than this file gives them. */
export const relayNeeds = ({ misroute }: Topology): string | undefined =>
  misroute === 'refuse'
    ? undefined
    : `misroute: relay also needs the topology and a secret in each node: mount the topology's folder, and set
MOORING_TOPOLOGY and MOORING_RELAY_SECRET. Until then nodes refuse misrouted requests.`;

export const secondsOf = (duration: string): number => millisecondsOf(duration) / 1000;

/** As it may appear in a committed file: undefined if there is none, or if it has a password. */
export const registryValue = (registry: string | undefined): string | undefined => {
  if (registry === undefined) return undefined;
  return parseRedisUrl(registry).password === undefined ? registry : undefined;
};

/** A Redis on localhost cannot be reached from a container. */
export const registryElsewhere = (registry: string | undefined): string | undefined => {
  if (registry === undefined) return undefined;
  const place = parseRedisUrl(registry);
  const here = place.kind === 'single' && /^(localhost|127\..*|::1)$/.test(place.address.host);
  return here ? undefined : registry;
};
