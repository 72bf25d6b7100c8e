/** A random configuration: services and their trees, middlewares, and routers that lead to them. */
import type { JsonObject } from '../subject.ts';
import { randomMiddleware } from './middleware.ts';
import type { Random } from './random.ts';
import { randomRule } from './rule.ts';
import { COOKIE_NAMES, ORIGINS } from './words.ts';

export type World = {
  readonly routers: Readonly<Record<string, JsonObject>>;
  readonly services: Readonly<Record<string, JsonObject>>;
  readonly middlewares: Readonly<Record<string, JsonObject>>;
};

/** The entry points that every world may use: one that trusts nobody, one that trusts everybody. */
export const ENTRY_POINTS = { plain: {}, trusting: { forwardedHeaders: { insecure: true } } } as const;

const ROUTERS = 9;
const LEAVES = 7;
const TREES = 4;
const MIDDLEWARES = 7;

export const randomWorld = (random: Random): World => {
  const services: Record<string, JsonObject> = {};
  for (let i = 0; i < LEAVES; i++) services[`s${i}`] = leaf(random, i);
  for (let i = 0; i < TREES; i++) services[`t${i}`] = tree(random, Object.keys(services));
  const middlewares: Record<string, JsonObject> = {};
  for (let i = 0; i < MIDDLEWARES; i++) middlewares[`m${i}`] = randomMiddleware(random, Object.keys(middlewares));
  return { services, middlewares, routers: routersTo(random, Object.keys(services), Object.keys(middlewares)) };
};

const leaf = (random: Random, index: number): JsonObject => {
  const count = random.weigh([
    [7, () => 1],
    [2, () => 2],
    [1, () => 3],
  ]);
  return {
    loadBalancer: {
      // The first server belongs to this leaf only, so that an answer identifies the service too.
      servers: [ORIGINS[index % ORIGINS.length]!, ...random.some(ORIGINS, count - 1)].map((id) => server(random, id)),
      ...(random.chance(0.6) && { sticky: { cookie: cookie(random) } }),
      ...(random.chance(0.15) && { passHostHeader: false }),
      ...(random.chance(0.1) && { healthCheck: { path: '/healthz', interval: '60s' } }),
    },
  };
};

const server = (random: Random, id: string): JsonObject => ({
  url: random.weigh([
    [8, () => `{${id}}`],
    [1, () => `{${id}}/`],
    [1, () => `{${id}}/base`],
    [0.3, () => 'http://127.0.0.1:9'],
  ]),
  ...(random.chance(0.3) && { weight: random.pick([0, 1, 2, 3]) }),
  ...(random.chance(0.15) && { preservePath: true }),
});

const cookie = (random: Random): JsonObject => ({
  ...(random.chance(0.85) && { name: random.pick(COOKIE_NAMES) }),
  ...(random.chance(0.3) && { secure: true }),
  ...(random.chance(0.3) && { httpOnly: true }),
  ...(random.chance(0.3) && { sameSite: random.pick(['none', 'lax', 'strict', 'Lax']) }),
  ...(random.chance(0.2) && { maxAge: random.pick([-1, 0, 60]) }),
  ...(random.chance(0.2) && { path: random.pick(['/', '/mcp', '/a b']) }),
  ...(random.chance(0.1) && { domain: random.pick(['a.test', '.a.test', 'b_ad']) }),
});

const tree = (random: Random, known: readonly string[]): JsonObject =>
  random.weigh([
    [3, () => weighted(random, known)],
    [2, () => ({ failover: { service: random.pick(known), fallback: random.pick(known) } })],
  ]);

const weighted = (random: Random, known: readonly string[]): JsonObject => ({
  weighted: {
    services: random.some(known, random.between(1, 3)).map((name) => ({
      name: random.chance(0.1) ? `${name}@file` : name,
      ...(random.chance(0.4) && { weight: random.pick([0, 1, 2, 3]) }),
    })),
    ...(random.chance(0.5) && { sticky: { cookie: cookie(random) } }),
  },
});

const routersTo = (random: Random, services: readonly string[], middlewares: readonly string[]): World['routers'] => {
  const taken = new Set<number>();
  const routers: Record<string, JsonObject> = {};
  for (let i = 0; i < ROUTERS; i++) {
    const set = random.chance(0.4) ? random.between(-20, 200) : 0;
    let rule = i === 0 ? 'PathPrefix(`/`)' : randomRule(random);
    // Traefik breaks ties at random: one more space makes the priorities differ.
    while (set === 0 && taken.has(Buffer.byteLength(rule))) rule += ' ';
    if (taken.has(set)) continue;
    taken.add(set === 0 ? Buffer.byteLength(rule) : set);
    routers[`r${i}`] = {
      rule,
      service: random.chance(0.97) ? random.pick(services) : random.pick(['nosuch', `${random.pick(services)}@file`]),
      entryPoints: random.pick([['plain'], ['plain', 'trusting'], ['plain', 'trusting']]),
      ...(set !== 0 && { priority: set }),
      ...(random.chance(0.5) && { middlewares: random.some(middlewares, random.between(1, 3)) }),
    };
  }
  return routers;
};
