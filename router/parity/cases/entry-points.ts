import type { Area, Case } from '../case.ts';
import { http2Exchange, http2Streams } from '../http2-client.ts';
import { pool, prefix, route, sticky } from './parts.ts';

const production = sticky({ name: 'k', secure: true, httpOnly: true, sameSite: 'strict' });

export const entryPoints: Area = {
  name: 'entry-points',
  entryPoints: {
    'ep-one': {},
    'ep-two': {},
    'ep-tls': { http: { tls: {} } },
    'ep-tls-impatient': {
      http: { tls: {} },
      transport: { respondingTimeouts: { readTimeout: '300ms', idleTimeout: '300ms' } },
    },
    'ep-redirect': { http: { redirections: { entryPoint: { to: 'ep-tls', scheme: 'https' } } } },
    'ep-permanent': {
      http: { redirections: { entryPoint: { to: ':8443', scheme: 'https', permanent: true, priority: 10 } } },
    },
    'ep-temporary': { http: { redirections: { entryPoint: { to: 'ep-tls', permanent: false } } } },
    'ep-middlewares': { http: { middlewares: ['epStrip@file', 'epHeaders@file'] } },
    'ep-mixed': {},
    'ep-streams': { http2: { maxConcurrentStreams: 3 } },
    'ep-small': { http: { maxHeaderBytes: 2000 } },
  },
  origins: ['a', 'b'],
  http: {
    routers: {
      epOne: prefix('/both', 'epA', { entryPoints: ['ep-one'] }),
      epTwo: prefix('/both', 'epB', { entryPoints: ['ep-two'] }),
      epShared: prefix('/shared', 'epA', { entryPoints: ['ep-one', 'ep-two'] }),
      epUnknown: prefix('/unknown', 'epA', { entryPoints: ['nosuch'] }),
      epHalfUnknown: prefix('/halfunknown', 'epA', { entryPoints: ['nosuch', 'ep-one'] }),
      epTls: prefix('/', 'epPinned', { entryPoints: ['ep-tls', 'ep-tls-impatient'] }),
      epTlsPlain: prefix('/explicit', 'epA', { entryPoints: ['ep-tls'], tls: {} }),
      epRedirect: prefix('/', 'epA', { entryPoints: ['ep-redirect'] }),
      epPermanent: prefix('/app', 'epA', { entryPoints: ['ep-permanent'] }),
      epMiddlewares: prefix('/mw', 'epA', { entryPoints: ['ep-middlewares'], middlewares: ['epAdd'] }),
      epMixedPlain: prefix('/', 'epA', { entryPoints: ['ep-mixed'] }),
      epMixedTls: prefix('/', 'epB', { entryPoints: ['ep-mixed'], tls: {} }),
      epSmall: prefix('/', 'epA', { entryPoints: ['ep-small'] }),
      epNoEntryPoints: route('Path(`/everywhere`)', 'epA', { entryPoints: [] }),
    },
    middlewares: {
      epStrip: { stripPrefix: { prefixes: ['/mw'] } },
      epHeaders: { headers: { customResponseHeaders: { 'X-Ep': '1' } } },
      epAdd: { addPrefix: { prefix: '/added' } },
    },
    services: { epA: pool('a'), epB: pool('b'), epPinned: pool('a', production) },
  },
  cases: [
    {
      name: 'each entry point has its own routers: one',
      send: { path: '/both', entryPoint: 'ep-one' },
      expect: { by: 'a' },
    },
    {
      name: 'each entry point has its own routers: two',
      send: { path: '/both', entryPoint: 'ep-two' },
      expect: { by: 'b' },
    },
    {
      name: 'a router may be on two',
      play: async (lab) => [
        (await lab.send({ path: '/shared', entryPoint: 'ep-one' })).by,
        (await lab.send({ path: '/shared', entryPoint: 'ep-two' })).by,
      ],
      expect: ['a', 'a'],
    },
    {
      name: 'an unknown entry point: the router is nowhere',
      send: { path: '/unknown', entryPoint: 'ep-one' },
      expect: { status: 404 },
    },
    {
      name: 'an unknown entry point beside a known one',
      send: { path: '/halfunknown', entryPoint: 'ep-one' },
      expect: { by: 'a' },
    },
    {
      name: 'no entry points: all of them',
      play: async (lab) => [
        (await lab.send({ path: '/everywhere', entryPoint: 'ep-one' })).by,
        (await lab.send({ path: '/everywhere', entryPoint: 'ep-middlewares' })).by,
      ],
      expect: ['a', 'a'],
    },
    {
      name: 'http.tls: its own certificate, the same routes',
      send: { path: '/x', entryPoint: 'ep-tls', tls: true },
      expect: {
        status: 200,
        by: 'a',
        seen: { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' } },
        cookies: ['k={a.hash}; Path=/; HttpOnly; Secure; SameSite=Strict'],
      },
    },
    {
      name: 'http.tls: plain text matches no route',
      send: { path: '/x', entryPoint: 'ep-tls' },
      expect: { status: 404, body: '404 page not found\n' },
    },
    {
      name: 'http.tls: a router with its own tls',
      send: { path: '/explicit', entryPoint: 'ep-tls', tls: true },
      expect: { by: 'a' },
    },
    {
      name: 'plain and tls routers on one entry point: plain',
      send: { path: '/', entryPoint: 'ep-mixed' },
      expect: { by: 'a' },
    },
    {
      name: 'plain and tls routers on one entry point: tls',
      send: { path: '/', entryPoint: 'ep-mixed', tls: true },
      expect: { by: 'b' },
    },
    {
      name: 'redirection: to another entry point',
      send: { host: 'h.test:123', path: '/x?y=1', entryPoint: 'ep-redirect' },
      expect: { status: 301, headers: { location: 'https://h.test:{port:ep-tls}/x?y=1' } },
    },
    {
      name: 'redirection: before every router',
      send: { host: 'h.test', path: '/', entryPoint: 'ep-redirect' },
      expect: { status: 301, headers: { location: 'https://h.test:{port:ep-tls}/' } },
    },
    {
      name: 'redirection: to a port, with a priority',
      send: { host: 'h.test', path: '/x', entryPoint: 'ep-permanent' },
      expect: { status: 301, headers: { location: 'https://h.test:8443/x' } },
    },
    {
      name: 'redirection: a router of higher priority',
      send: { path: '/app', entryPoint: 'ep-permanent' },
      expect: { by: 'a' },
    },
    {
      name: 'redirection: not permanent',
      send: { host: 'h.test', path: '/x', entryPoint: 'ep-temporary' },
      expect: { status: 302, headers: { location: 'https://h.test:{port:ep-tls}/x' } },
    },
    {
      name: 'middlewares of an entry point come before those of a router',
      send: { path: '/mw/x', entryPoint: 'ep-middlewares' },
      expect: { headers: { 'x-ep': '1' }, seen: { url: '/added/x', headers: { 'x-forwarded-prefix': '/mw' } } },
    },
    {
      name: 'middlewares of an entry point: not on its 404',
      send: { path: '/nothing', entryPoint: 'ep-middlewares' },
      expect: { status: 404, headers: { 'x-ep': null } },
    },
    {
      name: 'its own limit for headers',
      send: { headers: { 'X-A': 'v'.repeat(8_000) }, entryPoint: 'ep-small' },
      expect: { status: 431 },
    },
    {
      name: 'over TLS: a header of 100 KB',
      send: { headers: { 'X-A': 'v'.repeat(100_000) }, entryPoint: 'ep-tls', tls: true },
      expect: { status: 200 },
    },
    {
      name: 'over TLS: 2100 headers, and all of them arrive',
      play: async (lab) => {
        const headers = Object.fromEntries(Array.from({ length: 2100 }, (_, i) => [`X-N-${i}`, 'v']));
        const { seen } = await lab.send({ headers, entryPoint: 'ep-tls', tls: true });
        return seen?.names.filter((name) => /^x-n-/i.test(name)).length;
      },
      expect: 2100,
    },
    ...(
      [
        ['says nothing', ''],
        ['stops in its handshake', '\x16\x03\x01'],
        ['is idle after an answer', 'GET / HTTP/1.1\r\nHost: l\r\n\r\n'],
      ] as const
    ).map(
      ([what, raw]): Case => ({
        name: `over TLS: a client that ${what} is disconnected in time`,
        send: { raw, entryPoint: 'ep-tls-impatient', tls: raw[0] !== '\x16', untilClosed: true },
        expect: { ended: 'end' },
      }),
    ),
    {
      name: 'HTTP/2 over TLS',
      play: async (lab) => {
        const {
          status,
          body: _,
          seen,
          cookies,
          headers,
        } = await http2Exchange(lab.port('ep-tls'), {
          headers: { ':path': '/x?y=1', ':authority': 'h.test:8443', 'x-a': ['1', '2'], cookie: ['c=1', 'd=2'] },
        });
        return {
          status,
          origin: String(headers['x-origin']),
          cookies: [...cookies],
          url: seen?.url,
          host: seen?.headers.host?.[0],
          port: seen?.headers['x-forwarded-port']?.[0],
          a: seen?.headers['x-a'],
          cookie: seen?.headers.cookie,
        };
      },
      expect: {
        status: 200,
        origin: 'a',
        cookies: ['k={a.hash}; Path=/; HttpOnly; Secure; SameSite=Strict'],
        url: '/x?y=1',
        host: 'h.test:8443',
        port: '8443',
        a: ['1', '2'],
        cookie: 'c=1; d=2',
      },
    },
    {
      name: 'HTTP/2: a pinned client',
      play: async (lab) =>
        (await http2Exchange(lab.port('ep-tls'), { headers: { ':path': '/', cookie: lab.fill('k={a.hash}') } })).cookies
          .length,
      expect: 0,
    },
    {
      name: 'HTTP/2: POST with a body',
      play: async (lab) => {
        const { status, seen } = await http2Exchange(lab.port('ep-tls'), {
          headers: { ':path': '/', ':method': 'POST' },
          body: 'hello',
        });
        return [status, seen?.body];
      },
      expect: [200, 'hello'],
    },
    {
      name: 'HTTP/2: HEAD',
      play: async (lab) => {
        const { status, body } = await http2Exchange(lab.port('ep-tls'), {
          headers: { ':path': '/', ':method': 'HEAD' },
        });
        return [status, body];
      },
      expect: [200, ''],
    },
    {
      name: 'HTTP/2: the tls router of an entry point that has both',
      play: async (lab) =>
        (await http2Exchange(lab.port('ep-mixed'), { headers: { ':path': '/' } })).headers['x-origin'] as string,
      expect: 'b',
    },
    {
      name: 'HTTP/2: no route',
      play: async (lab) => {
        const { status, body } = await http2Exchange(lab.port('marker'), { headers: { ':path': '/' } });
        return [status, body];
      },
      expect: [404, '404 page not found\n'],
    },
    {
      name: 'HTTP/2: trailers of an answer',
      play: async (lab) =>
        (await http2Exchange(lab.port('ep-tls'), { headers: { ':path': '/?trailers' } })).trailers['x-sum'] as string,
      expect: '42',
    },
    {
      name: 'HTTP/2: a server that dies during its answer',
      play: async (lab) =>
        (await http2Exchange(lab.port('ep-tls'), { headers: { ':path': '/?mode=abort' } })).failed !== undefined,
      expect: true,
    },
    {
      name: 'HTTP/2: hop-by-hop of an answer',
      play: async (lab) =>
        (await http2Exchange(lab.port('ep-tls'), { headers: { ':path': '/?h-connection=close&h-keep-alive=x' } }))
          .headers['keep-alive'] as string | undefined,
      expect: undefined,
    },
    {
      name: 'HTTP/2: status of the server',
      play: async (lab) => (await http2Exchange(lab.port('ep-tls'), { headers: { ':path': '/?status=503' } })).status,
      expect: 503,
    },
    {
      name: 'HTTP/2: as many streams at once as the entry point allows',
      play: async (lab) => [await http2Streams(lab.port('ep-streams')), await http2Streams(lab.port('ep-tls'))],
      expect: [3, 250],
    },
    {
      name: 'HTTP/2 in clear text with prior knowledge',
      play: async (lab) =>
        (await http2Exchange(lab.port('ep-one'), { headers: { ':path': '/both' }, clear: true })).status ?? 'none',
      differs: { id: 'clear-http2', traefik: 200, router: 'none' },
    },
    {
      name: 'HTTP/1.0 over TLS',
      send: { raw: 'GET / HTTP/1.0\r\nHost: l\r\n\r\n', entryPoint: 'ep-tls', tls: true, untilClosed: true },
      expect: { status: 200 },
    },
  ],
};
