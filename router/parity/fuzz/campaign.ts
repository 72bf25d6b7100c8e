/** Random configurations, one after another, and random requests with each of them, sent to both subjects. */
import { fillWith } from '../lab.ts';
import { Origin } from '../origin.ts';
import { type JsonObject, Subject } from '../subject.ts';
import { disagreement, type Pair } from './compare.ts';
import { Random } from './random.ts';
import { randomRequest } from './request.ts';
import { type Found, shrink } from './shrink.ts';
import { ORIGINS } from './words.ts';
import { ENTRY_POINTS, randomWorld, type World } from './world.ts';

/** `seed` generates this world first. */
export type Difference = Found & { readonly seed: number; readonly config: JsonObject };

const REQUESTS_PER_WORLD = 50;

export type CampaignOptions = {
  readonly requests: number;
  readonly seed: number;
  /** Stops after this many differences. */
  readonly most: number;
  readonly onDifference?: (difference: Difference) => void;
};

export const runCampaign = async (
  options: CampaignOptions,
): Promise<{ requests: number; differences: Difference[] }> => {
  const origins = new Map(
    await Promise.all(ORIGINS.map(async (id) => [id as string, await Origin.listen(id)] as const)),
  );
  const start = (kind: 'router' | 'traefik'): Promise<Subject> =>
    Subject.start(kind, { entryPoints: ENTRY_POINTS, dynamic: { http: {} } });
  const [traefik, router] = await Promise.all([start('traefik'), start('router')]);
  try {
    return await explore({ pair: { traefik, router }, fill: fillWith(origins), options });
  } finally {
    await Promise.all([traefik.stop(), router.stop(), ...[...origins.values()].map((origin) => origin.stop())]);
  }
};

type Exploring = {
  readonly pair: Pair;
  readonly fill: (value: JsonObject) => JsonObject;
  readonly options: CampaignOptions;
};

const explore = async ({
  pair,
  fill,
  options,
}: Exploring): Promise<{ requests: number; differences: Difference[] }> => {
  const differences: Difference[] = [];
  // Traefik refuses a file with an empty part.
  const configOf = (world: World): JsonObject =>
    fill({ http: Object.fromEntries(Object.entries(world).filter(([, part]) => Object.keys(part).length > 0)) });
  const apply = async (world: World): Promise<void> => {
    await Promise.all([pair.traefik.reload(configOf(world)), pair.router.reload(configOf(world))]);
  };
  const fillText = (text: string): string => String(fill({ text }).text);
  let requests = 0;
  for (let worlds = 0; requests < options.requests && differences.length < options.most; worlds++) {
    const seed = options.seed + worlds;
    const random = new Random(seed);
    const world = randomWorld(random);
    await apply(world);
    for (let i = 0; i < REQUESTS_PER_WORLD && requests < options.requests; i++, requests++) {
      const request = randomRequest(random, world, fillText);
      const seen = await disagreement(pair, request);
      if (seen === undefined) continue;
      const found = await shrink(pair, { world, request, seen }, apply);
      const difference = { ...found, seed, config: configOf(found.world) };
      differences.push(difference);
      options.onDifference?.(difference);
      await apply(world);
      // One finding per world is enough: the next would most likely be the same.
      break;
    }
  }
  return { requests, differences };
};
