import type { Area } from '../case.ts';
import type { JsonObject } from '../subject.ts';
import { eachUnderItsName, pool, sticky } from './parts.ts';

const weighted = (names: string, more: JsonObject = {}): JsonObject => ({
  weighted: {
    services: names.split(' ').map((text) => {
      const [name, weight] = text.split('*');
      return weight === undefined ? { name: name! } : { name: name!, weight: Number(weight) };
    }),
    ...more,
  },
});
const failover = (service: string, fallback: string): JsonObject => ({ failover: { service, fallback } });
const check = { healthCheck: { path: '/healthz', interval: '60s' } };

const leaves = {
  ta: pool('a', check),
  tb: pool('b', check),
  tc: pool('c', check),
  tNobody: pool('', check),
  taPinned: pool('a', { ...check, ...sticky({ name: 'inner' }) }),
  tabPinned: pool('a b', { ...check, ...sticky({ name: 'inner' }) }),
  tcPinned: pool('c', { ...check, ...sticky({ name: 'inner' }) }),
  taSame: pool('a', sticky({ name: 'same' })),
};

const trees = {
  wEven: weighted('ta tb'),
  wShares: weighted('ta*2 tb*1'),
  wZero: weighted('ta*0 tb'),
  wAllZero: weighted('ta*0 tb*0'),
  wSticky: weighted('ta tb', sticky({ name: 'outer' })),
  wStickyTwice: weighted('taPinned tcPinned', sticky({ name: 'outer' })),
  wSameName: weighted('taSame', sticky({ name: 'same' })),
  wUnnamed: weighted('ta', sticky()),
  wNested: weighted('wEven tc'),
  wHealthy: weighted('ta tNobody', { healthCheck: {} }),
  wMissing: weighted('ta nosuch'),
  fMain: failover('ta', 'tb'),
  fFallback: failover('tNobody', 'tb'),
  fNobody: failover('tNobody', 'tNobody'),
  fNested: failover('fNobodyHealthy', 'tc'),
  fNobodyHealthy: { failover: { service: 'tNobody', fallback: 'tNobody', healthCheck: {} } },
  fPinned: failover('taPinned', 'tabPinned'),
  fWeighted: failover('wHealthy', 'tc'),
  fNoFallback: { failover: { service: 'ta' } },
  fMissing: failover('nosuch', 'tb'),
};

const counted = (order: readonly (string | number)[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const one of order) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
};

export const treesArea: Area = {
  name: 'trees',
  origins: ['a', 'b', 'c'],
  http: { routers: eachUnderItsName(trees), services: { ...leaves, ...trees } },
  cases: [
    {
      name: 'weighted: equal shares',
      play: async (lab) => counted(await lab.repeat(12, { path: '/wEven' })),
      expect: { a: 6, b: 6 },
    },
    {
      name: 'weighted: 2 to 1',
      play: async (lab) => counted(await lab.repeat(12, { path: '/wShares' })),
      expect: { a: 8, b: 4 },
    },
    {
      name: 'weighted: a child of weight 0 is never chosen',
      play: async (lab) => counted(await lab.repeat(6, { path: '/wZero' })),
      expect: { b: 6 },
    },
    {
      name: 'weighted: all of weight 0',
      send: { path: '/wAllZero' },
      expect: { status: 503, body: 'no available server\n' },
    },
    {
      name: "weighted: its cookie has the hash of the child's name",
      play: async (lab) => {
        const { by, cookies } = await lab.send({ path: '/wSticky' });
        return cookies[0] === lab.fill(`outer={hash:t${by}}; Path=/`) || cookies;
      },
      expect: true,
    },
    {
      name: 'weighted: its cookie names the child',
      send: { path: '/wSticky', headers: { Cookie: 'outer={hash:tb}' } },
      expect: { by: 'b', cookies: [] },
    },
    {
      name: 'weighted: the name itself is an older value',
      send: { path: '/wSticky', headers: { Cookie: 'outer=tb' } },
      expect: { by: 'b', cookies: ['outer={hash:tb}; Path=/'] },
    },
    {
      name: 'weighted: a name with its provider is unknown',
      play: async (lab) => (await lab.send({ path: '/wSticky', headers: { Cookie: 'outer=tb@file' } })).cookies.length,
      expect: 1,
    },
    {
      name: 'weighted: two levels set two cookies, the outer one first',
      send: { path: '/wStickyTwice', headers: { Cookie: 'outer=tcPinned' } },
      expect: { by: 'c', cookies: ['outer={hash:tcPinned}; Path=/', 'inner={c.hash}; Path=/'] },
    },
    {
      name: 'weighted: two cookies lead to one server',
      send: { path: '/wStickyTwice', headers: { Cookie: 'outer={hash:tcPinned}; inner={c.hash}' } },
      expect: { by: 'c', cookies: [] },
    },
    {
      name: 'weighted: one name on two levels is set twice',
      send: { path: '/wSameName' },
      expect: { cookies: ['same={hash:taSame}; Path=/', 'same={a.hash}; Path=/'] },
    },
    {
      name: 'weighted: a cookie without a name is named after the service',
      send: { path: '/wUnnamed' },
      expect: { cookies: ['{name:wUnnamed@file}={hash:ta}; Path=/'] },
    },
    {
      name: 'weighted: nested',
      play: async (lab) => counted(await lab.repeat(12, { path: '/wNested' })),
      expect: { a: 3, b: 3, c: 6 },
    },
    {
      name: 'weighted: a child without servers gets its share, with failures',
      play: async (lab) => counted(await lab.repeat(6, { path: '/wHealthy' })),
      expect: { a: 3, 503: 3 },
    },
    {
      name: 'weighted: a child that does not exist removes the router',
      send: { path: '/wMissing' },
      expect: { status: 404, body: '404 page not found\n' },
    },
    {
      name: 'failover: the main service while it is up',
      play: async (lab) => counted(await lab.repeat(4, { path: '/fMain' })),
      expect: { a: 4 },
    },
    { name: 'failover: a main service without servers', send: { path: '/fFallback' }, expect: { status: 503 } },
    {
      name: 'failover: no server on either side',
      send: { path: '/fNobody' },
      expect: { status: 503, body: 'no available server\n' },
    },
    { name: 'failover: nested', send: { path: '/fNested' }, expect: { status: 503 } },
    {
      name: 'failover: the inner service sets the cookie',
      send: { path: '/fPinned' },
      expect: { by: 'a', cookies: ['inner={a.hash}; Path=/'] },
    },
    {
      name: 'failover: a cookie of the fallback means nothing to the main service',
      send: { path: '/fPinned', headers: { Cookie: 'inner={b.hash}' } },
      expect: { by: 'a', cookies: ['inner={a.hash}; Path=/'] },
    },
    {
      name: 'failover over weighted',
      play: async (lab) => counted(await lab.repeat(4, { path: '/fWeighted' })),
      expect: { a: 2, 503: 2 },
    },
    {
      name: 'failover: without a fallback the router is left out',
      send: { path: '/fNoFallback' },
      expect: { status: 404 },
    },
    {
      name: 'failover: a main service that does not exist removes the router',
      send: { path: '/fMissing' },
      expect: { status: 404 },
    },
  ],
};
