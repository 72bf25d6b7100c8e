import { seededRandom } from '../../simulate/seeded-random.ts';
import type { ClientOptions, FrontView } from './client-options.ts';
import { RawClient } from './raw-client.ts';
import { runSdkClient } from './sdk-client.ts';

type FleetOptions = Pick<ClientOptions, 'ledger' | 'gate' | 'signal'> & {
  readonly fronts: readonly FrontView[];
  readonly seed: number;
  readonly raw: number;
  readonly sdk: number;
};

/** Clients of both kinds, with and without cookies, spread evenly over the proxies; resolves when all have ended. */
export const runFleet = async ({ fronts, seed, raw, sdk, ...shared }: FleetOptions): Promise<void> => {
  const lives = Array.from({ length: raw + sdk }, (_, i) => {
    const isRaw = i < raw;
    const options: ClientOptions = {
      ...shared,
      name: `${isRaw ? 'raw' : 'sdk'}-${i + 1}`,
      front: fronts[i % fronts.length]!,
      cookies: Math.floor(i / fronts.length) % 2 === 0,
      random: seededRandom(seed, i + 1),
    };
    shared.gate.join();
    return isRaw ? new RawClient(options).live() : runSdkClient(options);
  });
  await Promise.all(lives);
};
