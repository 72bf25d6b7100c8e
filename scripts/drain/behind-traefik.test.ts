import test from 'node:test';
import { findTraefik, TRAEFIK_VERSION } from '../../shared/traefik-binary.ts';
import { LIMIT } from './test-bench.ts';
import { drainsInPeace } from './test-story.ts';

const skip = findTraefik() === undefined && `no Traefik ${TRAEFIK_VERSION} in TRAEFIK_BIN or on the PATH`;

for (const affinity of ['both', 'cookie'] as const)
  test(
    `behind Traefik, pinned by ${affinity}, a node drains without a failed or strayed request, leaves, and comes back`,
    {
      ...LIMIT,
      skip,
    },
    (t) => drainsInPeace(t, { proxy: 'traefik', affinity }),
  );
