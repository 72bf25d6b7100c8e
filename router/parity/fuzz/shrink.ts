/** Shrinks a difference: drops everything that it does not need. */
import { type Disagreement, disagreement, type Pair } from './compare.ts';
import type { FuzzRequest } from './request.ts';
import type { World } from './world.ts';

export type Found = { readonly world: World; readonly request: FuzzRequest; readonly seen: Disagreement };

export const shrink = async (pair: Pair, found: Found, apply: (world: World) => Promise<void>): Promise<Found> => {
  const smaller = await shrinkRequest(pair, found);
  return shrinkWorld(pair, smaller, apply);
};

const shrinkRequest = async (pair: Pair, found: Found): Promise<Found> => {
  let best = found;
  for (let again = true; again; ) {
    again = false;
    for (const request of simpler(best.request)) {
      const seen = await disagreement(pair, request);
      if (seen === undefined) continue;
      best = { ...best, request, seen };
      again = true;
      break;
    }
  }
  return best;
};

/** Every request that is one step simpler. Host, which comes first, stays. */
const simpler = (request: FuzzRequest): FuzzRequest[] => [
  ...request.headers.slice(1).map((_, i) => ({ ...request, headers: request.headers.filter((_, j) => j !== i + 1) })),
  ...(request.framing === 'none' ? [] : [{ ...request, framing: 'none' as const, body: '' }]),
  ...(request.target.includes('?') ? [{ ...request, target: request.target.replace(/\?.*$/s, '') }] : []),
  ...(request.method === 'GET' ? [] : [{ ...request, method: 'GET' }]),
];

const shrinkWorld = async (pair: Pair, found: Found, apply: (world: World) => Promise<void>): Promise<Found> => {
  let best = found;
  for (const part of ['routers', 'middlewares', 'services'] as const) {
    for (const name of Object.keys(found.world[part])) {
      const { [name]: _, ...rest } = best.world[part];
      const world = { ...best.world, [part]: rest };
      await apply(world);
      const seen = await disagreement(pair, best.request);
      if (seen !== undefined) best = { ...best, world, seen };
    }
  }
  await apply(best.world);
  return best;
};
