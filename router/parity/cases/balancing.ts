import type { Area, Case, Lab } from '../case.ts';
import { eachUnderItsName, pool, sticky } from './parts.ts';

const services = {
  equal: pool('a b c'),
  single: pool('a'),
  threeToOne: pool('a*3 b*1'),
  fiveThreeTwo: pool('a*5 b*3 c*2'),
  withZero: pool('a*0 b c'),
  allZero: pool('a*0 b*0'),
  negative: pool('a*-1 b'),
  nobody: pool(''),
  twice: pool('a a b'),
  zeroSticky: pool('a*0 b', sticky({ name: 'z' })),
  chance: pool('a b c', { strategy: 'p2c' }),
  hashed: pool('a b c', { strategy: 'hrw' }),
  quickest: pool('a b c', { strategy: 'leasttime' }),
  chanceSticky: pool('a b', { strategy: 'p2c', ...sticky({ name: 'p' }) }),
  hashedSticky: pool('a b', { strategy: 'hrw', ...sticky({ name: 'h' }) }),
};

const count = (order: readonly (string | number)[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const one of order) counts[one] = (counts[one] ?? 0) + 1;
  return counts;
};

const shares = (name: string, path: string, times: number, expect: Record<string, number>): Case => ({
  name,
  play: async (lab) => count(await lab.repeat(times, { path })),
  expect,
});

/** Whether every window of `size` requests reached the same servers. */
const evenWindows = async (lab: Lab, path: string, size: number): Promise<boolean> => {
  const order = await lab.repeat(size * 6, { path });
  const windows = Array.from({ length: 6 }, (_, i) =>
    order
      .slice(i * size, (i + 1) * size)
      .sort()
      .join(''),
  );
  return new Set(windows).size === 1;
};

const unavailable = {
  status: 503,
  body: 'no available server\n',
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  cookies: [],
};

export const balancing: Area = {
  name: 'balancing',
  origins: ['a', 'b', 'c'],
  http: { routers: eachUnderItsName(services), services },
  cases: [
    shares('equal servers have equal shares', '/equal', 30, { a: 10, b: 10, c: 10 }),
    { name: 'equal servers take turns', play: (lab) => evenWindows(lab, '/equal', 3), expect: true },
    shares('one server has them all', '/single', 4, { a: 4 }),
    shares('3 to 1', '/threeToOne', 16, { a: 12, b: 4 }),
    { name: '3 to 1 in every four', play: (lab) => evenWindows(lab, '/threeToOne', 4), expect: true },
    shares('5 to 3 to 2', '/fiveThreeTwo', 30, { a: 15, b: 9, c: 6 }),
    shares('weight 0 is never chosen', '/withZero', 12, { b: 6, c: 6 }),
    shares('a server named twice has two shares', '/twice', 12, { a: 8, b: 4 }),
    { name: 'all of weight 0: no server', send: { path: '/allZero' }, expect: unavailable },
    shares('a negative weight is never chosen', '/negative', 4, { b: 4 }),
    { name: 'no servers: 503 and its text', send: { path: '/nobody' }, expect: unavailable },
    {
      name: 'no servers, HEAD: 503 without its text',
      send: { method: 'HEAD', path: '/nobody' },
      expect: { status: 503, body: '', headers: { 'content-length': '20' } },
    },
    {
      name: 'the cookie of a server of weight 0 is unknown',
      send: { path: '/zeroSticky', headers: { Cookie: 'z={a.hash}' } },
      expect: { by: 'b', cookies: ['z={b.hash}; Path=/'] },
    },
    {
      name: 'two random choices reach every server',
      play: async (lab) => Object.keys(count(await lab.repeat(60, { path: '/chance' }))).sort(),
      expect: ['a', 'b', 'c'],
    },
    {
      name: 'rendezvous hashing sends an address to one server',
      play: async (lab) => Object.keys(count(await lab.repeat(12, { path: '/hashed' }))).length,
      expect: 1,
    },
    {
      name: 'least time gets an answer',
      play: async (lab) => (await lab.repeat(6, { path: '/quickest' })).every((by) => /^[abc]$/.test(String(by))),
      expect: true,
    },
    {
      name: 'a cookie pins with two random choices',
      play: async (lab) => count(await lab.repeat(8, { path: '/chanceSticky', headers: { Cookie: 'p={b.hash}' } })),
      expect: { b: 8 },
    },
    {
      name: 'rendezvous hashing neither sets a cookie nor reads one',
      play: async (lab) => {
        const answers = [];
        for (const id of ['a', 'b', 'a', 'b'])
          answers.push(await lab.send({ path: '/hashedSticky', headers: { Cookie: `h={${id}.hash}` } }));
        return {
          servers: new Set(answers.map(({ by }) => by)).size,
          cookies: answers.flatMap(({ cookies }) => [...cookies]),
        };
      },
      expect: { servers: 1, cookies: [] },
    },
  ],
};
