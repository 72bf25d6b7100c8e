import type { Area, Case } from '../case.ts';
import { eachUnderItsName, pool, prefix, sticky } from './parts.ts';

const ALL = 'a b c';
const production = sticky({ name: '_mcp_backend', httpOnly: true, secure: true, sameSite: 'strict' });

const variants = {
  ckPlain: pool('a', sticky({ name: 's' })),
  ckUnnamed: pool('a', sticky()),
  ckLax: pool('a', sticky({ name: 's', sameSite: 'lax' })),
  ckNone: pool('a', sticky({ name: 's', sameSite: 'none', secure: true })),
  ckNoneBare: pool('a', sticky({ name: 's', sameSite: 'none' })),
  ckUpper: pool('a', sticky({ name: 's', sameSite: 'STRICT' })),
  ckAge: pool('a', sticky({ name: 's', maxAge: 3600, httpOnly: true, sameSite: 'lax' })),
  ckPast: pool('a', sticky({ name: 's', maxAge: -1 })),
  ckZeroAge: pool('a', sticky({ name: 's', maxAge: 0 })),
  ckDomain: pool('a', sticky({ name: 's', domain: 'example.com' })),
  ckDotDomain: pool('a', sticky({ name: 's', domain: '.example.com' })),
  ckBadDomain: pool('a', sticky({ name: 's', domain: 'exa mple' })),
  ckPath: pool('a', sticky({ name: 's', path: '/mcp' })),
  ckEverything: pool(
    'a',
    sticky({ name: 's', path: '/p', domain: 'd.test', maxAge: 5, httpOnly: true, secure: true, sameSite: 'none' }),
  ),
  ckOddName: pool('a', sticky({ name: 'a b;c=d,e' })),
  ckDotName: pool('a', sticky({ name: 'x.y-z_1' })),
  ckOddPath: pool('a', sticky({ name: 's', path: '/a;b' })),
};

const lines: Readonly<Record<string, string>> = {
  ckPlain: 's={a.hash}; Path=/',
  ckUnnamed: '{name:ckUnnamed@file}={a.hash}; Path=/',
  ckLax: 's={a.hash}; Path=/; SameSite=Lax',
  ckNone: 's={a.hash}; Path=/; Secure; SameSite=None',
  ckNoneBare: 's={a.hash}; Path=/; SameSite=None',
  ckUpper: 's={a.hash}; Path=/; SameSite=Strict',
  ckAge: 's={a.hash}; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax',
  ckPast: 's={a.hash}; Path=/; Max-Age=0',
  ckZeroAge: 's={a.hash}; Path=/',
  ckDomain: 's={a.hash}; Path=/; Domain=example.com',
  ckDotDomain: 's={a.hash}; Path=/; Domain=example.com',
  ckBadDomain: 's={a.hash}; Path=/',
  ckPath: 's={a.hash}; Path=/mcp',
  ckEverything: 's={a.hash}; Path=/p; Domain=d.test; Max-Age=5; HttpOnly; Secure; SameSite=None',
  ckOddName: 'a_b_c_d_e={a.hash}; Path=/',
  ckDotName: 'x.y-z_1={a.hash}; Path=/',
  ckOddPath: 's={a.hash}; Path=/ab',
};

const written: Case[] = Object.entries(lines).map(([name, line]) => ({
  name: `the cookie of ${name} is ${line.replace('{a.hash}', 'HASH')}`,
  send: { path: `/${name}` },
  expect: { status: 200, cookies: [line] },
}));

const onAnswers: Case[] = ['200', '204', '304', '401', '404', '500', '503'].map((status) => ({
  name: `it is set on an answer of ${status}`,
  send: { path: `/pin1?status=${status}` },
  expect: { status: Number(status), cookies: ['_mcp_backend={a.hash}; Path=/; HttpOnly; Secure; SameSite=Strict'] },
}));

const onMethods: Case[] = ['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) => ({
  name: `it is set on an answer to ${method}`,
  send: { method, path: '/pin1' },
  expect: { status: 200, cookies: ['_mcp_backend={a.hash}; Path=/; HttpOnly; Secure; SameSite=Strict'] },
}));

export const stickyCookie: Area = {
  name: 'sticky-cookie',
  origins: ['a', 'b', 'c'],
  http: {
    routers: {
      ...eachUnderItsName(variants),
      pin: prefix('/pin', 'pin'),
      pin1: prefix('/pin1', 'pin1'),
      deadpin: prefix('/deadpin', 'deadpin'),
    },
    services: {
      ...variants,
      pin: pool(ALL, production),
      pin1: pool('a', production),
      deadpin: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:9' }], ...production } },
    },
  },
  cases: [
    ...written,
    ...onAnswers,
    ...onMethods,
    {
      name: 'a first answer with events has it',
      play: async (lab) => {
        const connection = await lab.connect();
        await connection.write('GET /pin1?mode=events HTTP/1.1\r\nHost: l\r\n\r\n');
        await connection.until((text) => text.includes('data: '));
        const { answers } = connection.soFar();
        connection.close();
        return answers[0]?.headers.filter(([name]) => name === 'Set-Cookie').map(([, value]) => value) ?? [];
      },
      expect: ['_mcp_backend={a.hash}; Path=/; HttpOnly; Secure; SameSite=Strict'],
    },
    {
      name: 'an answer of the proxy itself, 502, has it too',
      send: { path: '/deadpin' },
      expect: {
        status: 502,
        body: 'Bad Gateway',
        cookies: ['_mcp_backend={hash:http://127.0.0.1:9}; Path=/; HttpOnly; Secure; SameSite=Strict'],
      },
    },
    {
      name: 'a client pinned to a dead server gets 502 and no other cookie',
      send: { path: '/deadpin', headers: { Cookie: '_mcp_backend={hash:http://127.0.0.1:9}' } },
      expect: { status: 502, cookies: [] },
    },
    {
      name: 'a cookie of the same name from the server comes second',
      send: { path: '/pin1?h-Set-Cookie=_mcp_backend%3Devil' },
      expect: { cookies: ['_mcp_backend={a.hash}; Path=/; HttpOnly; Secure; SameSite=Strict', '_mcp_backend=evil'] },
    },
    {
      name: 'a pinned client gets only the cookies of the server',
      send: { path: '/pin1?h-Set-Cookie=x%3D1&h-Set-Cookie=y%3D2', headers: { Cookie: '_mcp_backend={a.hash}' } },
      expect: { cookies: ['x=1', 'y=2'] },
    },
    {
      name: 'a pinned client stays over many requests and methods',
      play: async (lab) => {
        const seen = new Set<string>();
        for (const method of ['GET', 'POST', 'DELETE', 'GET', 'PUT', 'GET', 'OPTIONS', 'GET']) {
          const { by, cookies } = await lab.send({
            method,
            path: '/pin/x',
            headers: { Cookie: '_mcp_backend={b.hash}' },
          });
          seen.add(`${by} ${cookies.length}`);
        }
        return [...seen];
      },
      expect: ['b 0'],
    },
    {
      name: 'every server can be named by its cookie',
      play: async (lab) => {
        const by = [];
        for (const id of ['a', 'b', 'c'])
          by.push((await lab.send({ path: '/pin', headers: { Cookie: `_mcp_backend={${id}.hash}` } })).by);
        return by;
      },
      expect: ['a', 'b', 'c'],
    },
    {
      name: 'new clients are spread evenly, each with the cookie of its server',
      play: async (lab) => {
        const counts: Record<string, number> = {};
        for (let i = 0; i < 12; i++) {
          const { by, cookies } = await lab.send({ path: '/pin' });
          const right = cookies[0] === lab.fill(`_mcp_backend={${by}.hash}; Path=/; HttpOnly; Secure; SameSite=Strict`);
          const key = `${by} ${right}`;
          counts[key] = (counts[key] ?? 0) + 1;
        }
        return counts;
      },
      expect: { 'a true': 4, 'b true': 4, 'c true': 4 },
    },
    {
      name: 'early hints and the cookie',
      play: async (lab) => {
        const { interim, cookies } = await lab.send({ path: '/pin1?mode=hints' });
        return { hints: interim.map(({ headers }) => headers['set-cookie']?.length ?? 0), cookies: cookies.length };
      },
      differs: { id: 'hints-cookie', traefik: { hints: [1], cookies: 0 }, router: { hints: [0], cookies: 1 } },
    },
  ],
};
