import type { Area, Case, Lab } from '../case.ts';
import { pool, prefix, sticky } from './parts.ts';

const wish = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: l\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${more}\r\n`;

/** Requests an upgrade, then sends something over it. */
const talk = async (
  lab: Lab,
  path: string,
  words: string,
  answer: string,
): Promise<{ status: number | undefined; heard: boolean }> => {
  const connection = await lab.connect();
  await connection.write(wish(path));
  const { answers } = await connection.read();
  await connection.write(words);
  const heard = await connection.until((text) => text.endsWith(answer), 2000);
  connection.close();
  return { status: answers[0]?.status, heard };
};

export const upgrades: Area = {
  name: 'upgrades',
  origins: ['u1', 'u2'],
  http: {
    routers: {
      up: prefix('/', 'up'),
      upPinned: prefix('/pinned', 'upPinned'),
      upHeaders: prefix('/mw', 'up', { middlewares: ['upHeaders'] }),
      upDead: prefix('/dead', 'upDead'),
      upBroken: prefix('/broken', 'up', { middlewares: ['upBroken'] }),
      upRetry: prefix('/retry', 'up', { middlewares: ['upRetry'] }),
    },
    middlewares: {
      upHeaders: { headers: { customRequestHeaders: { 'X-In': '1' }, customResponseHeaders: { 'X-Out': '2' } } },
      upBroken: { headers: { customRequestHeaders: { 'X-A': 'a\nb' } } },
      upRetry: { retry: { attempts: 3 } },
    },
    services: {
      up: pool('u1'),
      upPinned: pool('u1 u2', sticky({ name: 'u' })),
      upDead: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:9' }], ...sticky({ name: 'u' }) } },
    },
  },
  cases: [
    {
      name: 'an upgrade works in both directions',
      play: (lab) => talk(lab, '/ws', 'hello', 'u1:hello'),
      expect: { status: 101, heard: true },
    },
    {
      name: 'the answer to an upgrade',
      send: { raw: wish('/ws') },
      expect: {
        status: 101,
        reason: 'Switching Protocols',
        headers: { upgrade: 'websocket', connection: 'Upgrade', 'x-origin': 'u1' },
      },
    },
    {
      name: 'what the server sees of an upgrade',
      play: async (lab) => {
        await lab.send({ raw: wish('/seen?x=1') });
        const seen = lab.origin('u1').seen.find(({ url }) => url === '/seen?x=1');
        const wanted = [
          'connection',
          'upgrade',
          'x-forwarded-proto',
          'x-forwarded-for',
          'sec-websocket-key',
          'sec-websocket-version',
        ];
        return Object.fromEntries(
          (seen?.headers ?? [])
            .map(([name, value]) => [name.toLowerCase(), value] as const)
            .filter(([name]) => wanted.includes(name)),
        );
      },
      expect: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'x-forwarded-proto': 'ws',
        'x-forwarded-for': '127.0.0.1',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'sec-websocket-version': '13',
      },
    },
    ...[
      ['Connection: Upgrade', 'Upgrade: foo, WebSocket', 'ws'],
      ['Connection: Upgrade', 'Upgrade: foo', 'http'],
      ['Connection: keep-alive', 'Upgrade: websocket', 'http'],
    ].map(
      ([connection, protocol, proto], i): Case => ({
        name: `the X-Forwarded-Proto of ${connection} and ${protocol}`,
        play: async (lab) => {
          await lab.send({ raw: `GET /proto${i} HTTP/1.1\r\nHost: l\r\n${connection}\r\n${protocol}\r\n\r\n` });
          const seen = lab.origin('u1').seen.find(({ url }) => url === `/proto${i}`);
          return seen?.headers.find(([name]) => name.toLowerCase() === 'x-forwarded-proto')?.[1] ?? null;
        },
        expect: proto!,
      }),
    ),
    {
      name: 'Sec-WebSocket headers keep the letter case of their standard',
      play: async (lab) => {
        await lab.send({ raw: wish('/case').replaceAll('Sec-WebSocket', 'sec-websocket') });
        const seen = lab.origin('u1').seen.find(({ url }) => url === '/case');
        return (
          seen?.headers
            .map(([name]) => name)
            .filter((name) => /^sec-/i.test(name))
            .sort() ?? []
        );
      },
      expect: ['Sec-WebSocket-Key', 'Sec-WebSocket-Version'],
    },
    {
      name: 'tokens in any letter case',
      send: {
        raw: wish('/ws')
          .replace('Connection: Upgrade', 'connection: keep-alive, UPGRADE')
          .replace('websocket', 'WebSocket'),
      },
      expect: { status: 101 },
    },
    {
      name: 'a server may refuse an upgrade',
      send: { raw: wish('/ws?mode=401') },
      expect: { status: 401, body: 'denied', headers: { 'x-why': 'no' } },
    },
    {
      name: 'a server may answer an upgrade like any request',
      send: { raw: wish('/ws?mode=200') },
      expect: { status: 200, body: 'plain' },
    },
    {
      name: 'a dead server: 502 and the cookie',
      send: { raw: wish('/dead') },
      expect: { status: 502, body: 'Bad Gateway', cookies: ['u={hash:http://127.0.0.1:9}; Path=/'] },
    },
    {
      name: 'an upgrade is pinned',
      send: { raw: wish('/pinned', 'Cookie: u={u2.hash}\r\n') },
      expect: { status: 101, headers: { 'x-origin': 'u2' }, cookies: [] },
    },
    {
      name: 'a new client gets its cookie with the 101',
      play: async (lab) => {
        const { status, headers, cookies } = await lab.send({ raw: wish('/pinned') });
        return [status, cookies.length, cookies[0] === lab.fill(`u={${headers['x-origin']?.[0]}.hash}; Path=/`)];
      },
      expect: [101, 1, true],
    },
    {
      name: 'response headers are not set on a 101',
      send: { raw: wish('/mw') },
      expect: { status: 101, headers: { 'x-out': null } },
    },
    {
      name: 'an upgrade through retry',
      play: (lab) => talk(lab, '/retry', 'x', 'u1:x'),
      expect: { status: 101, heard: true },
    },
    {
      name: 'no route for an upgrade: 404',
      send: { raw: wish('/ws').replace('Host: l', 'Host: l\r\nX-No: 1'), entryPoint: 'marker' },
      expect: { status: 404 },
    },
    {
      name: "when the client disconnects, the server's connection closes",
      play: async (lab) => {
        const connection = await lab.connect();
        await connection.write(wish('/pinned', lab.fill('Cookie: u={u2.hash}\r\n')));
        await connection.read();
        await lab.origin('u2').until(({ upgrades }) => upgrades > 0);
        connection.close();
        return lab.origin('u2').until(({ upgrades }) => upgrades === 0, 2000);
      },
      expect: true,
    },
    {
      name: "when the server disconnects, the client's connection closes",
      play: async (lab) => {
        const connection = await lab.connect();
        await connection.write(wish('/ws?mode=hangup'));
        const ended = await connection.whenClosed(2000);
        connection.close();
        return ended;
      },
      expect: 'end',
    },
    {
      name: 'data sent together with the request arrives',
      play: async (lab) => {
        const connection = await lab.connect();
        await connection.write(`${wish('/ws')}early`);
        const heard = await connection.until((text) => text.endsWith('u1:early'), 2000);
        connection.close();
        return heard;
      },
      differs: { id: 'early-words', traefik: false, router: true },
    },
    {
      name: 'a POST may not become a websocket',
      send: { raw: wish('/ws').replace('GET', 'POST').replace('\r\n\r\n', '\r\nContent-Length: 0\r\n\r\n') },
      expect: { status: 101 },
    },
    {
      name: 'an upgrade to another protocol works too',
      send: { raw: wish('/ws').replace('websocket', 'tls/1.0') },
      expect: { status: 101, headers: { upgrade: 'tls/1.0' } },
    },
    {
      name: 'two protocols at once',
      send: { raw: wish('/ws').replace('websocket', 'foo, websocket') },
      expect: { status: 101, headers: { upgrade: 'foo, websocket' } },
    },
    {
      name: 'a protocol with h2c in its name',
      send: { raw: wish('/ws').replace('websocket', 'x h2c') },
      expect: { status: 101, headers: { upgrade: 'x h2c' } },
    },
    {
      name: 'a protocol with a byte above 127 in its name',
      send: { raw: wish('/ws').replace('websocket', 'x\xe9') },
      expect: { status: 500, body: 'Internal Server Error' },
    },
    {
      name: 'such a protocol, asked for by a request with a body',
      send: { raw: `${wish('/ws', 'Content-Length: 2\r\n').replace('websocket', 'x\xe9')}{}` },
      expect: { status: 500, body: 'Internal Server Error' },
    },
    {
      name: 'a header that cannot be sent to the server',
      send: { raw: wish('/broken') },
      expect: { status: 500, body: 'Internal Server Error' },
    },
    {
      name: 'h2c among others',
      send: { raw: wish('/ws').replace('websocket', 'h2c, websocket') },
      expect: { status: 200 },
    },
  ],
};
