import type { Area } from '../case.ts';
import { pool, prefix } from './parts.ts';

const gone = (headers: Record<string, string>) =>
  Object.fromEntries(Object.keys(headers).map((name) => [name.toLowerCase(), null]));
const single = {
  'Keep-Alive': 'timeout=5',
  'Proxy-Connection': 'keep-alive',
  'Proxy-Authenticate': 'x',
  'Proxy-Authorization': 'Basic eDp5',
  Te: 'gzip',
  Trailer: 'X-Sum',
};

export const hopByHop: Area = {
  name: 'hop-by-hop',
  origins: ['a'],
  scripts: {
    '/hop/answer': {
      answer:
        'HTTP/1.1 200 OK\r\nConnection: X-Secret, keep-alive\r\nX-Secret: s\r\nX-Open: o\r\nKeep-Alive: timeout=9\r\nProxy-Authenticate: p\r\nProxy-Connection: q\r\nTe: t\r\nTrailer: X-T\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\nok',
    },
    '/hop/close': { answer: 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok', ends: 'end' },
  },
  http: {
    routers: { hbh: prefix('/', 'hbhA'), hbhWire: prefix('/hop', 'hbhWire') },
    services: { hbhA: pool('a'), hbhWire: { loadBalancer: { servers: [{ url: '{wire}' }] } } },
  },
  cases: [
    ...Object.entries(single).map(([name, value]) => ({
      name: `${name} is not passed on`,
      send: { headers: { [name]: value } },
      expect: { status: 200, seen: { headers: gone({ [name]: value }) } },
    })),
    {
      name: 'Te: trailers passes',
      send: { headers: { TE: 'trailers' } },
      expect: { seen: { headers: { te: 'trailers' } } },
    },
    {
      name: 'Te: trailers with a weight is not passed on',
      send: { headers: { TE: 'gzip, trailers;q=0.5' } },
      expect: { seen: { headers: { te: null } } },
    },
    {
      name: 'Te: trailers among others',
      send: { headers: { TE: 'gzip, trailers' } },
      expect: { seen: { headers: { te: 'trailers' } } },
    },
    {
      name: 'Te: trailers in another case',
      send: { headers: { TE: 'Trailers' } },
      expect: { seen: { headers: { te: 'trailers' } } },
    },
    {
      name: 'headers named in Connection are not passed on',
      send: { headers: { Connection: 'keep-alive, X-Foo , x-bar', 'X-Foo': '1', 'X-Bar': '2', 'X-Baz': '3' } },
      expect: { seen: { headers: { 'x-foo': null, 'x-bar': null, 'x-baz': '3' } } },
    },
    {
      name: 'two Connection headers count both',
      send: { headers: { Connection: ['X-Foo', 'X-Bar'], 'X-Foo': '1', 'X-Bar': '2' } },
      expect: { seen: { headers: { 'x-foo': null, 'x-bar': null } } },
    },
    {
      name: 'Connection cannot remove headers added by the proxy',
      send: {
        headers: { Connection: 'X-Forwarded-For, X-Forwarded-Host, X-Real-Ip, X-Forwarded-Proto, X-Forwarded-Port' },
      },
      expect: {
        seen: {
          headers: {
            'x-forwarded-for': '127.0.0.1',
            'x-real-ip': '127.0.0.1',
            'x-forwarded-host': 'localhost',
            'x-forwarded-proto': 'http',
            'x-forwarded-port': '80',
          },
        },
      },
    },
    {
      name: 'Connection may name the session id',
      send: { headers: { Connection: 'Mcp-Session-Id', 'Mcp-Session-Id': 'n1.x' } },
      expect: { seen: { headers: { 'mcp-session-id': null } } },
    },
    {
      name: 'Connection naming Host',
      send: { host: 'h.test', headers: { Connection: 'Host' } },
      expect: { seen: { headers: { host: 'h.test' } } },
    },
    {
      name: 'Connection naming Content-Length',
      send: { method: 'POST', headers: { Connection: 'Content-Length' }, body: 'abc' },
      expect: { seen: { body: 'abc' } },
    },
    {
      name: 'Connection naming Content-Type',
      send: { method: 'POST', headers: { Connection: 'Content-Type', 'Content-Type': 'a/b' }, body: 'abc' },
      expect: { seen: { body: 'abc', headers: { 'content-type': null } } },
    },
    {
      name: 'Upgrade without Connection is not an upgrade',
      send: { headers: { Upgrade: 'websocket' } },
      expect: { status: 200, seen: { headers: { upgrade: null } } },
    },
    {
      name: 'h2c is ignored: the request is answered',
      send: {
        headers: { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' },
      },
      expect: { status: 200, seen: { headers: { 'http2-settings': null } } },
    },
    {
      name: 'h2c on a POST',
      send: {
        method: 'POST',
        headers: { Connection: 'Upgrade, HTTP2-Settings', Upgrade: 'h2c', 'HTTP2-Settings': 'AAMAAABkAAQAAP__' },
        body: '{}',
      },
      expect: { status: 200, seen: { body: '{}' } },
    },
    {
      name: 'a second request after an ignored upgrade',
      send: {
        raw: 'POST /1 HTTP/1.1\r\nHost: l\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nContent-Length: 2\r\n\r\n{}GET /2 HTTP/1.1\r\nHost: l\r\n\r\n',
        answers: 2,
      },
      expect: { statuses: [200, 200] },
    },
    {
      name: 'of an answer: hop-by-hop headers are not passed on',
      send: { path: '/hop/answer' },
      expect: {
        status: 200,
        body: 'ok',
        headers: {
          'x-secret': null,
          'x-open': 'o',
          'keep-alive': null,
          'proxy-authenticate': null,
          'proxy-connection': null,
          te: null,
          trailer: null,
          upgrade: null,
          connection: null,
        },
      },
    },
    {
      name: 'of an answer: the server closing its side does not close ours',
      send: { raw: 'GET /hop/close HTTP/1.1\r\nHost: l\r\n\r\nGET /hop/close HTTP/1.1\r\nHost: l\r\n\r\n', answers: 2 },
      expect: { statuses: [200, 200], headers: { connection: null } },
    },
  ],
};
