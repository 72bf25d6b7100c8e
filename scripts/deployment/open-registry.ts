import { RedisUrlError } from '../../shared/registry/redis-url.ts';
import { type RegistryView, viewRegistry } from '../../shared/registry/registry-view.ts';
import type { Topology } from '../../shared/topology/topology.ts';
import { Misuse } from '../cli/misuse.ts';
import type { Terminal } from '../cli/terminal.ts';

type Asking = {
  readonly redis: string | undefined;
  readonly topology: Topology | undefined;
  readonly env: Terminal['env'];
};

/** The Redis from the caller, else from the topology, else from the environment; undefined: none is configured. */
export const openRegistry = async ({ redis, topology, env }: Asking): Promise<RegistryView | undefined> => {
  const url = redis ?? topology?.registry ?? env.REDIS_URL;
  if (!url) return undefined;
  try {
    return await viewRegistry(url, topology?.nodes);
  } catch (error) {
    if (error instanceof RedisUrlError) throw new Misuse(error.message);
    throw error;
  }
};
