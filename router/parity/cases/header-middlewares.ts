import type { Area } from '../case.ts';
import { pool, prefix, sticky } from './parts.ts';

const preflight = { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' };
const cors = {
  accessControlAllowOriginList: ['https://app.example', 'https://two.example'],
  accessControlAllowMethods: ['GET', 'POST', 'DELETE'],
  accessControlAllowHeaders: ['Mcp-Session-Id', 'Content-Type'],
  accessControlExposeHeaders: ['Mcp-Session-Id', 'X-Other'],
  accessControlAllowCredentials: true,
  accessControlMaxAge: 60,
  addVaryHeader: true,
};

const middlewares = {
  hmSet: {
    headers: {
      customRequestHeaders: { 'X-In': '1', Accept: '', 'x-lower': 'l', 'User-Agent': 'mine' },
      customResponseHeaders: { 'X-Out': '2', 'X-Origin': '', 'x-low': '3', 'Content-Type': 'text/x' },
    },
  },
  hmHost: { headers: { customRequestHeaders: { Host: 'other.test' } } },
  hmForwarded: {
    headers: { customRequestHeaders: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': 'x', 'X-Real-Ip': '' } },
  },
  hmHop: { headers: { customRequestHeaders: { Connection: 'close', 'Keep-Alive': 'x', Te: 'trailers' } } },
  hmCookie: {
    headers: { customRequestHeaders: { Cookie: 'p={b.hash}' }, customResponseHeaders: { 'Set-Cookie': 'mine=1' } },
  },
  hmNoCookie: { headers: { customResponseHeaders: { 'Set-Cookie': '' } } },
  hmLength: { headers: { customRequestHeaders: { 'Content-Length': '' } } },
  hmCors: { headers: cors },
  hmStar: { headers: { accessControlAllowOriginList: ['*'], accessControlAllowMethods: ['GET'] } },
  hmStarCredentials: {
    headers: {
      accessControlAllowOriginList: ['*'],
      accessControlAllowCredentials: true,
      accessControlAllowMethods: ['*'],
      accessControlAllowHeaders: ['*'],
    },
  },
  hmRegex: { headers: { accessControlAllowOriginListRegex: ['^https://[a-z]+\\.example$'], accessControlMaxAge: 0 } },
  hmVary: { headers: { accessControlAllowOriginList: ['https://app.example'], addVaryHeader: true } },
  hmMethodsOnly: { headers: { accessControlAllowMethods: ['PUT'] } },
  hmBoth: { headers: { ...cors, customResponseHeaders: { 'X-Out': '2', 'Access-Control-Allow-Origin': 'mine' } } },
};

export const headerMiddlewares: Area = {
  name: 'header-middlewares',
  origins: ['a', 'b'],
  http: {
    routers: {
      ...Object.fromEntries(
        Object.keys(middlewares).map((name) => [name, prefix(`/${name}`, 'hmA', { middlewares: [name] })]),
      ),
      hmPinned: prefix('/hmPinned', 'hmPinned', { middlewares: ['hmCookie'] }),
      hmPinnedNone: prefix('/hmPinnedNone', 'hmPinned', { middlewares: ['hmNoCookie'] }),
      hmDead: prefix('/hmDead', 'hmDead', { middlewares: ['hmBoth'] }),
      hmGone: prefix('/hmGone', 'hmGone', { middlewares: ['hmSet'] }),
      hmTwo: prefix('/hmTwo', 'hmA', { middlewares: ['hmSet', 'hmCors'] }),
    },
    middlewares,
    services: {
      hmA: pool('a'),
      hmPinned: pool('a b', sticky({ name: 'p' })),
      hmDead: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:9' }] } },
      hmGone: pool(''),
    },
  },
  cases: [
    {
      name: 'request headers are set, replaced and removed',
      send: { path: '/hmSet', headers: { Accept: 'a/b', 'X-In': ['9', '8'], 'User-Agent': 'u' } },
      expect: { seen: { headers: { 'x-in': '1', accept: null, 'x-lower': 'l', 'user-agent': 'mine' } } },
    },
    {
      name: 'answer headers are set, replaced and removed',
      send: { path: '/hmSet' },
      expect: { headers: { 'x-out': '2', 'x-origin': null, 'x-low': '3', 'content-type': 'text/x' } },
    },
    {
      name: 'Host is replaced',
      send: { path: '/hmHost', host: 'h.test' },
      expect: { seen: { headers: { host: 'other.test', 'x-forwarded-host': 'h.test' } } },
    },
    {
      name: 'headers added by the proxy can be replaced or removed',
      send: { path: '/hmForwarded' },
      expect: {
        seen: { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': 'x, 127.0.0.1', 'x-real-ip': null } },
      },
    },
    {
      name: 'hop-by-hop headers cannot be set',
      send: { path: '/hmHop' },
      expect: { seen: { headers: { 'keep-alive': null, te: 'trailers' } } },
    },
    {
      name: 'Content-Length cannot be removed',
      send: { method: 'POST', path: '/hmLength', body: 'abc' },
      expect: { seen: { body: 'abc', headers: { 'content-length': '3' } } },
    },
    {
      name: 'a cookie that a middleware sets pins',
      send: { path: '/hmPinned' },
      expect: { by: 'b', cookies: ['mine=1'], seen: { headers: { cookie: 'p={b.hash}' } } },
    },
    {
      name: 'a middleware can remove the cookie',
      send: { path: '/hmPinnedNone?h-Set-Cookie=x%3D1' },
      expect: { status: 200, cookies: [] },
    },
    {
      name: 'preflight: answered by the proxy',
      send: { method: 'OPTIONS', path: '/hmCors', headers: preflight },
      expect: {
        status: 200,
        by: undefined,
        body: '',
        headers: {
          'access-control-allow-origin': 'https://app.example',
          'access-control-allow-methods': 'GET,POST,DELETE',
          'access-control-allow-headers': 'Mcp-Session-Id,Content-Type',
          'access-control-allow-credentials': 'true',
          'access-control-max-age': '60',
          'access-control-expose-headers': 'Mcp-Session-Id,X-Other',
          vary: null,
          'content-length': '0',
        },
      },
    },
    {
      name: 'preflight: another origin of the list',
      send: { method: 'OPTIONS', path: '/hmCors', headers: { ...preflight, Origin: 'https://two.example' } },
      expect: { status: 200, headers: { 'access-control-allow-origin': 'https://two.example' } },
    },
    {
      name: 'preflight: an origin not in the list',
      send: { method: 'OPTIONS', path: '/hmCors', headers: { ...preflight, Origin: 'https://evil.example' } },
      expect: {
        status: 200,
        by: undefined,
        headers: { 'access-control-allow-origin': null, 'access-control-allow-methods': 'GET,POST,DELETE' },
      },
    },
    {
      name: 'preflight: an origin in another case',
      send: { method: 'OPTIONS', path: '/hmCors', headers: { ...preflight, Origin: 'https://APP.example' } },
      expect: { headers: { 'access-control-allow-origin': null } },
    },
    {
      name: 'preflight: without Access-Control-Request-Method it is a request',
      send: { method: 'OPTIONS', path: '/hmCors', headers: { Origin: 'https://app.example' } },
      expect: { status: 200, by: 'a' },
    },
    {
      name: 'preflight: without Origin it is a request',
      send: { method: 'OPTIONS', path: '/hmCors', headers: { 'Access-Control-Request-Method': 'POST' } },
      expect: { status: 200, by: 'a' },
    },
    {
      name: 'preflight: GET is a request',
      send: { path: '/hmCors', headers: preflight },
      expect: { status: 200, by: 'a' },
    },
    {
      name: 'preflight: every origin',
      send: { method: 'OPTIONS', path: '/hmStar', headers: preflight },
      expect: {
        status: 200,
        headers: { 'access-control-allow-origin': '*', 'access-control-allow-credentials': null },
      },
    },
    {
      name: 'preflight: every origin with credentials',
      send: { method: 'OPTIONS', path: '/hmStarCredentials', headers: preflight },
      expect: {
        status: 200,
        headers: {
          'access-control-allow-origin': 'https://app.example',
          'access-control-allow-credentials': 'true',
          'access-control-allow-methods': 'POST',
          'access-control-allow-headers': null,
        },
      },
    },
    {
      name: 'preflight: an expression',
      send: { method: 'OPTIONS', path: '/hmRegex', headers: preflight },
      expect: {
        status: 200,
        headers: { 'access-control-allow-origin': 'https://app.example', 'access-control-max-age': '0' },
      },
    },
    {
      name: 'preflight: only methods',
      send: { method: 'OPTIONS', path: '/hmMethodsOnly', headers: preflight },
      expect: { status: 200, headers: { 'access-control-allow-methods': 'PUT', 'access-control-allow-origin': null } },
    },
    {
      name: 'answer: an origin of the list',
      send: { path: '/hmCors', headers: { Origin: 'https://app.example' } },
      expect: {
        by: 'a',
        headers: {
          'access-control-allow-origin': 'https://app.example',
          'access-control-allow-credentials': 'true',
          'access-control-expose-headers': 'Mcp-Session-Id,X-Other',
          vary: 'Origin',
          'access-control-allow-methods': null,
          'access-control-max-age': null,
        },
      },
    },
    {
      name: 'answer: another origin',
      send: { path: '/hmCors', headers: { Origin: 'https://evil.example' } },
      expect: {
        headers: {
          'access-control-allow-origin': null,
          'access-control-allow-credentials': 'true',
          'access-control-expose-headers': 'Mcp-Session-Id,X-Other',
          vary: 'Origin',
        },
      },
    },
    {
      name: 'answer: no origin',
      send: { path: '/hmCors' },
      expect: { headers: { 'access-control-allow-origin': null, vary: 'Origin' } },
    },
    {
      name: 'answer: every origin',
      send: { path: '/hmStar', headers: { Origin: 'https://x.test' } },
      expect: { headers: { 'access-control-allow-origin': '*', vary: null } },
    },
    {
      name: 'answer: Vary of the server is kept',
      send: { path: '/hmVary?h-vary=Accept' },
      expect: { headers: { vary: 'Accept,Origin' } },
    },
    {
      name: 'answer: Vary of the server that names it already',
      send: { path: '/hmVary?h-vary=Accept,%20Origin' },
      expect: { headers: { vary: 'Accept, Origin,Origin' } },
    },
    {
      name: 'answer: two Vary of the server',
      send: { path: '/hmVary?h-vary=Accept&h-vary=Cookie' },
      expect: { headers: { vary: ['Accept,Origin'] } },
    },
    {
      name: 'answer: what the server allows is replaced',
      send: {
        path: '/hmCors?h-access-control-allow-origin=x&h-access-control-allow-methods=y',
        headers: { Origin: 'https://app.example' },
      },
      expect: {
        headers: { 'access-control-allow-origin': 'https://app.example', 'access-control-allow-methods': 'y' },
      },
    },
    {
      name: 'answer: both kinds at once',
      send: { path: '/hmBoth', headers: { Origin: 'https://app.example' } },
      expect: { headers: { 'x-out': '2', 'access-control-allow-origin': 'https://app.example' } },
    },
    {
      name: 'a 502 has them too',
      send: { path: '/hmDead', headers: { Origin: 'https://app.example' } },
      expect: { status: 502, headers: { 'x-out': '2', 'access-control-allow-origin': 'https://app.example' } },
    },
    {
      name: 'a 503 has them too',
      send: { path: '/hmGone' },
      expect: { status: 503, headers: { 'x-out': '2', 'content-type': 'text/x' } },
    },
    {
      name: 'two of them',
      send: { method: 'OPTIONS', path: '/hmTwo', headers: preflight },
      expect: {
        status: 200,
        by: undefined,
        headers: { 'x-out': '2', 'access-control-allow-origin': 'https://app.example' },
      },
    },
    { name: 'a 304 has them', send: { path: '/hmSet?status=304' }, expect: { status: 304, headers: { 'x-out': '2' } } },
    {
      name: 'events have them',
      play: async (lab) => {
        const connection = await lab.connect();
        await connection.write('GET /hmSet?mode=events HTTP/1.1\r\nHost: l\r\n\r\n');
        await connection.until((text) => text.includes('data:'));
        const { answers } = connection.soFar();
        connection.close();
        return answers[0]?.headers.find(([name]) => name === 'X-Out')?.[1];
      },
      expect: '2',
    },
  ],
};
