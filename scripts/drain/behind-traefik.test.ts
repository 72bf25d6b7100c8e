import test from 'node:test';
import { noTraefik } from '../../shared/traefik-binary.ts';
import { LIMIT } from './test-bench.ts';
import { drainsUnderTraffic } from './test-drain.ts';

const skip = noTraefik();

for (const affinity of ['both', 'cookie'] as const)
  test(
    `behind Traefik, pinned by ${affinity}, a node drains without a failed or strayed request, leaves, and comes back`,
    {
      ...LIMIT,
      skip,
    },
    (t) => drainsUnderTraffic(t, { proxy: 'traefik', affinity }),
  );
