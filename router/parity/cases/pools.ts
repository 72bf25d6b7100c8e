/** The generated structure: two services per node, pools of them, and a pool that fails over to another. */
import { setTimeout } from 'node:timers/promises';
import type { Area, Lab } from '../case.ts';
import type { JsonObject } from '../subject.ts';
import { become, pool, prefix, route, sticky } from './parts.ts';

const NODES = ['q1', 'q2', 'q3'];
const check = (path: string): JsonObject => ({ healthCheck: { path, interval: '60ms', timeout: '500ms' } });
const weighted = (names: readonly string[], more: JsonObject = {}): JsonObject => ({
  weighted: { services: names.map((name) => ({ name })), healthCheck: {}, ...more },
});
const failover = (service: string, fallback: string): JsonObject => ({ failover: { service, fallback } });
const each = (make: (id: string) => [string, JsonObject]): JsonObject => Object.fromEntries(NODES.map(make));
const cookieRule = (id: string): string => {
  const own = `pool="?({hash:ready-${id}}|{${id}.hash})"?\\s*(;|$)`;
  return `HeaderRegexp(\`Cookie\`, \`(^|;)\\s*${own}\`) && !HeaderRegexp(\`Cookie\`, \`(^|;)\\s*pool=.*;\\s*${own}\`)`;
};

const session = (cookie: string) => ({ path: '/pool', headers: { 'Mcp-Session-Id': '1', Cookie: cookie } });
const PINNED = 'pool={hash:ready-q2}';
const met = async (lab: Lab, path: string, times = 6): Promise<(string | number)[]> =>
  [...new Set(await lab.repeat(times, { path }))].sort();

/** Sets the state of all origins of a case; afterwards all are healthy again. */
const set = (
  lab: Lab,
  ids: readonly string[],
  { live = 200, ready = 200 }: { live?: number; ready?: number },
): void => {
  for (const id of ids) Object.assign(lab.origin(id), { health: live, ready });
};
/** Waits until both health checks have seen it. */
const untilChecked = () => setTimeout(400);

export const pools: Area = {
  name: 'pools',
  origins: NODES,
  http: {
    routers: {
      ...each((id) => [
        `node-${id}`,
        route(`PathPrefix(\`/pool\`) && HeaderRegexp(\`Mcp-Session-Id\`, \`^${id}\\.\`)`, `node-${id}`, {
          priority: 3000,
        }),
      ]),
      ...each((id) => [
        `cookie-${id}`,
        route(`PathPrefix(\`/pool\`) && HeaderRegexp(\`Mcp-Session-Id\`, \`.\`) && ${cookieRule(id)}`, `node-${id}`, {
          priority: 2000,
        }),
      ]),
      plMcp: prefix('/pool', 'plMcp', { priority: 1000 }),
      plDefault: prefix('/rest', 'plDefault'),
      plEmpty: prefix('/empty', 'plEmpty'),
      plEmptyFirst: prefix('/first', 'plEmptyFirst'),
    },
    services: {
      ...each((id) => [`only-${id}`, pool(id, check('/healthz'))]),
      ...each((id) => [`ready-${id}`, pool(id, check('/readyz'))]),
      ...each((id) => [`node-${id}`, failover(`only-${id}`, 'plAlive')]),
      plAlive: weighted(NODES.map((id) => `only-${id}`)),
      plTakers: weighted(
        NODES.map((id) => `ready-${id}`),
        sticky({ name: 'pool' }),
      ),
      plMcp: failover('plTakers', 'plAlive'),
      plReady: weighted(NODES.map((id) => `ready-${id}`)),
      plDefault: failover('plReady', 'plAlive'),
      plEmpty: weighted([]),
      plEmptyFirst: failover('plEmpty', 'plAlive'),
    },
  },
  cases: [
    {
      name: "a new client gets a cookie with a hash of the child service's name",
      play: async (lab) => {
        const { by, cookies } = await lab.send({ path: '/pool' });
        return cookies[0] === lab.fill(`pool={hash:ready-${by}}; Path=/`) || cookies;
      },
      expect: true,
    },
    {
      name: 'the cookie leads back',
      send: { path: '/pool', headers: { Cookie: PINNED } },
      expect: { by: 'q2', cookies: [] },
    },
    {
      name: 'so does a quoted one',
      send: { path: '/pool', headers: { Cookie: 'pool="{hash:ready-q2}"' } },
      expect: { by: 'q2', cookies: [] },
    },
    {
      name: 'so does the name itself, which is rewritten',
      send: { path: '/pool', headers: { Cookie: 'pool=ready-q2' } },
      expect: { by: 'q2', cookies: ['pool={hash:ready-q2}; Path=/'] },
    },
    {
      name: 'a hash of the name with its provider does not',
      play: async (lab) =>
        (await lab.send({ path: '/pool', headers: { Cookie: 'pool={hash:ready-q2@file}' } })).cookies.length,
      expect: 1,
    },
    {
      name: 'a hash of the URL does not: the pool only has services',
      play: async (lab) => (await lab.send({ path: '/pool', headers: { Cookie: 'pool={q2.hash}' } })).cookies.length,
      expect: 1,
    },
    {
      name: 'session requests are routed by either form, and get no cookie',
      send: session('pool={q2.hash}'),
      expect: { by: 'q2', cookies: [] },
    },
    {
      name: 'of two cookies the first counts',
      send: session(`pool={hash:ready-q3}; ${PINNED}`),
      expect: { by: 'q3', cookies: [] },
    },
    {
      name: 'and the same the other way round',
      send: session(`${PINNED}; pool={hash:ready-q3}`),
      expect: { by: 'q2', cookies: [] },
    },
    {
      name: 'an unknown one counts too if it is the first',
      play: async (lab) => (await lab.send(session(`pool=nobody; ${PINNED}`))).cookies.length,
      expect: 1,
    },
    { name: 'the same one twice', send: session(`${PINNED}; ${PINNED}`), expect: { by: 'q2' } },
    {
      name: 'a node that takes no new sessions keeps its own, and gets nothing else',
      play: async (lab) => {
        set(lab, ['q2'], { ready: 503 });
        const moved = await become(lab, '/pool', (by) => by !== 'q2', { Cookie: lab.fill(PINNED) });
        const { cookies } = await lab.send({ path: '/pool', headers: { Cookie: PINNED } });
        const seen = [
          moved,
          cookies.length,
          await met(lab, '/pool'),
          await met(lab, '/rest'),
          (await lab.send(session(PINNED))).by,
        ];
        set(lab, ['q2'], {});
        return [...seen, await become(lab, '/pool', (by) => by === 'q2', { Cookie: lab.fill(PINNED) })];
      },
      expect: [true, 1, ['q1', 'q3'], ['q1', 'q3'], 'q2', true],
    },
    {
      name: 'while no node takes new sessions the live ones answer, without a cookie',
      play: async (lab) => {
        set(lab, NODES, { ready: 503 });
        await untilChecked();
        const { cookies } = await lab.send({ path: '/pool', headers: { Cookie: PINNED } });
        const full = [
          cookies.length,
          await met(lab, '/pool'),
          await met(lab, '/rest'),
          (await lab.send(session(PINNED))).by,
        ];
        set(lab, ['q2'], { live: 500, ready: 503 });
        await untilChecked();
        const gone = await lab.send(session(PINNED));
        const dead = [gone.by !== 'q2', gone.cookies.length, await met(lab, '/pool'), await met(lab, '/rest')];
        set(lab, NODES, {});
        return { full, dead, back: await become(lab, '/pool', (by) => by === 'q2', { Cookie: lab.fill(PINNED) }) };
      },
      expect: {
        full: [0, ['q1', 'q2', 'q3'], ['q1', 'q2', 'q3'], 'q2'],
        dead: [true, 0, ['q1', 'q3'], ['q1', 'q3']],
        back: true,
      },
    },
    {
      name: 'when all are dead it is 503, and as before when they are back',
      play: async (lab) => {
        set(lab, NODES, { live: 500, ready: 500 });
        await untilChecked();
        const { status, body } = await lab.send({ path: '/pool' });
        const own = (await lab.send(session(PINNED))).status;
        set(lab, NODES, {});
        await untilChecked();
        return [status, body, own, (await lab.send(session(PINNED))).by, await met(lab, '/pool', 12)];
      },
      expect: [503, 'no available server\n', 503, 'q2', NODES],
    },
    {
      name: 'an empty pool is 503',
      send: { path: '/empty' },
      expect: { status: 503, body: 'no available server\n' },
    },
    {
      name: 'and never falls back, because no child ever changed its status',
      send: { path: '/first' },
      expect: { status: 503 },
    },
  ],
};
