/** Settings of all containers, in the form that each needs. */
import { parseRedisUrl } from '../../registry/redis-url.ts';
import { millisecondsOf } from '../go-duration.ts';

export const YOUR_SERVER = `This runs an example server. For your own, build an image with three lines (config/Dockerfile):
FROM mooring-node, COPY server.ts ./, CMD ["--server", "server.ts"].`;

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
