import type { Area } from '../case.ts';
import { become, eachUnderItsName, pool, sticky } from './parts.ts';

const check = { path: '/healthz', interval: '60ms', timeout: '500ms' };
const services = {
  hPool: pool('h1 h2', { healthCheck: check, ...sticky({ name: 'p' }) }),
  hMain: pool('h3', { healthCheck: check }),
  hSpare: pool('h4', { healthCheck: check }),
  hFailover: { failover: { service: 'hMain', fallback: 'hSpare' } },
  hWeighted: {
    weighted: { services: [{ name: 'hLeft' }, { name: 'hRight' }], healthCheck: {}, sticky: { cookie: { name: 'w' } } },
  },
  hLeft: pool('h5', { healthCheck: check }),
  hRight: pool('h6', { healthCheck: check }),
  hStatus: pool('h7', { healthCheck: { ...check, status: 204 } }),
  hMethod: pool('h8', {
    healthCheck: {
      ...check,
      path: '/probe?x=1',
      method: 'POST',
      hostname: 'probe.test',
      headers: { 'X-Probe': 'yes' },
    },
  }),
  hPort: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:9' }], healthCheck: { ...check, port: '{h1.port}' } } },
  hSlow: pool('h10 h11', { healthCheck: { ...check, timeout: '900ms' } }),
  hNoFollow: pool('h9', { healthCheck: { ...check, followRedirects: false } }),
};

export const health: Area = {
  name: 'health',
  origins: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7', 'h8', 'h9', 'h10', 'h11'],
  http: { routers: eachUnderItsName(services), services: services as never },
  cases: [
    {
      name: 'a client of a server that goes down gets another server and its cookie',
      play: async (lab) => {
        const pinned = { Cookie: lab.fill('p={h1.hash}') };
        lab.origin('h1').health = 500;
        const moved = await become(lab, '/hPool', (by) => by === 'h2', pinned);
        const { cookies } = await lab.send({ path: '/hPool', headers: pinned });
        const share = new Set(await lab.repeat(6, { path: '/hPool' }));
        lab.origin('h1').health = 200;
        const back = await become(lab, '/hPool', (by) => by === 'h1', pinned);
        const after = new Set(await lab.repeat(6, { path: '/hPool' }));
        return { moved, cookies: [...cookies], share: [...share], back, after: [...after].sort() };
      },
      expect: { moved: true, cookies: ['p={h2.hash}; Path=/'], share: ['h2'], back: true, after: ['h1', 'h2'] },
    },
    {
      name: 'all down: 503 without a cookie, then up again',
      play: async (lab) => {
        for (const id of ['h1', 'h2']) lab.origin(id).health = 503;
        const gone = await become(lab, '/hPool', (by) => by === 503);
        const { body, cookies } = await lab.send({ path: '/hPool', headers: { Cookie: lab.fill('p={h1.hash}') } });
        for (const id of ['h1', 'h2']) lab.origin(id).health = 200;
        return { gone, body, cookies: [...cookies], back: await become(lab, '/hPool', (by) => by === 'h2') };
      },
      expect: { gone: true, body: 'no available server\n', cookies: [], back: true },
    },
    {
      name: 'a probe without an answer in time is a failure',
      play: async (lab) => {
        lab.origin('h2').health = 'never';
        const moved = await become(lab, '/hPool', (by) => by === 'h1', { Cookie: lab.fill('p={h2.hash}') });
        lab.origin('h2').health = 200;
        return [moved, await become(lab, '/hPool', (by) => by === 'h2', { Cookie: lab.fill('p={h2.hash}') })];
      },
      expect: [true, true],
    },
    {
      name: 'a slow server next to a quick one',
      play: async (lab) => {
        const [slow, quick] = [lab.origin('h10'), lab.origin('h11')];
        slow.health = 'never';
        const { probes } = slow;
        await slow.until((origin) => origin.probes > probes);
        const before = quick.probes;
        await slow.until(({ probesLost }) => probesLost > 0);
        slow.health = 200;
        return { checkedMeanwhile: quick.probes - before > 2 };
      },
      differs: { id: 'slow-probe', traefik: { checkedMeanwhile: false }, router: { checkedMeanwhile: true } },
    },
    {
      name: 'a redirect is followed: its target counts',
      play: async (lab) => {
        lab.origin('h2').health = 302;
        await lab.origin('h2').until((origin) => origin.seen.filter(({ url }) => url === '/elsewhere').length >= 3);
        const still = await lab.send({ path: '/hPool', headers: { Cookie: lab.fill('p={h2.hash}') } });
        lab.origin('h2').health = 200;
        return still.by;
      },
      expect: 'h2',
    },
    {
      name: 'failover goes to the fallback while the main service is down, and back',
      play: async (lab) => {
        const before = (await lab.send({ path: '/hFailover' })).by;
        lab.origin('h3').health = 500;
        const over = await become(lab, '/hFailover', (by) => by === 'h4');
        lab.origin('h3').health = 200;
        return [before, over, await become(lab, '/hFailover', (by) => by === 'h3')];
      },
      expect: ['h3', true, true],
    },
    {
      name: 'weighted skips a child that is down, and its cookie',
      play: async (lab) => {
        const pinned = { Cookie: lab.fill('w={hash:hLeft}') };
        lab.origin('h5').health = 500;
        const over = await become(lab, '/hWeighted', (by) => by === 'h6', pinned);
        const { cookies } = await lab.send({ path: '/hWeighted', headers: pinned });
        const share = new Set(await lab.repeat(4, { path: '/hWeighted' }));
        lab.origin('h5').health = 200;
        return {
          over,
          cookies: [...cookies],
          share: [...share],
          back: await become(lab, '/hWeighted', (by) => by === 'h5', pinned),
        };
      },
      expect: { over: true, cookies: ['w={hash:hRight}; Path=/'], share: ['h6'], back: true },
    },
    {
      name: 'a required status: another 2xx is down',
      play: async (lab) => {
        const down = await become(lab, '/hStatus', (by) => by === 503);
        lab.origin('h7').health = 204;
        return [down, await become(lab, '/hStatus', (by) => by === 'h7')];
      },
      expect: [true, true],
    },
    {
      name: 'method, path, host and headers of the probe are as configured',
      play: async (lab) => {
        const origin = lab.origin('h8');
        await origin.until(({ seen }) => seen.some(({ url }) => url.startsWith('/probe')));
        const probe = origin.seen.find(({ url }) => url.startsWith('/probe'))!;
        const header = (name: string) => probe.headers.find(([key]) => key.toLowerCase() === name)?.[1];
        return { method: probe.method, url: probe.url, host: header('host'), probe: header('x-probe') };
      },
      expect: { method: 'POST', url: '/probe?x=1', host: 'probe.test', probe: 'yes' },
    },
    {
      name: 'without following, a redirect counts as up',
      play: async (lab) => {
        lab.origin('h9').health = 302;
        await lab.origin('h9').until((origin) => origin.connections > 0);
        await new Promise((resolve) => setTimeout(resolve, 200));
        return {
          by: (await lab.send({ path: '/hNoFollow' })).by,
          followed: lab.origin('h9').seen.some(({ url }) => url === '/elsewhere'),
        };
      },
      expect: { by: 'h9', followed: false },
    },
  ],
};
