import { setTimeout } from 'node:timers/promises';
import type { Area, Case, Lab, Send } from '../case.ts';
import type { Pattern } from '../pattern.ts';
import { pool, prefix } from './parts.ts';

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\nHost: l\r\n${more}\r\n`;
const post = (path: string, length: number, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: l\r\nContent-Length: ${length}\r\n\r\n${body}`;
const chunked = (path: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
const websocket = (path: string): string =>
  get(
    path,
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n',
  );
const h2c = (path: string): string =>
  get(path, 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n');
/** For many requests on a busy machine. */
const LONG = 15_000;
const SLOW = '/slow?mode=slow&ms=150';
const LARGE = '/large?mode=large&size=3000000';
const BAD_HOST = 'GET /2 HTTP/1.1\r\nHost: a b\r\n\r\n';

/** The answers on one connection, and the requests that reached the server. */
const exchanged = async (lab: Lab, send: Send) => {
  const before = lab.origin('p1').seen.length;
  const { statuses, ended } = await lab.send(send);
  const reached = lab
    .origin('p1')
    .seen.slice(before)
    .map(({ url }) => url);
  return { statuses, ended, reached };
};

/** Sends the bytes in one write, and reads until the connection closes. */
const ends = (name: string, raw: string, statuses: readonly number[], reached: readonly string[]): Case => ({
  name,
  play: (lab) => exchanged(lab, { raw, untilClosed: true, timeout: LONG }),
  expect: { statuses, reached, ended: 'end' },
});

/** Sends the bytes in one write, on a connection that stays open. */
const answers = (name: string, raw: string, statuses: readonly number[], reached: readonly string[]): Case => ({
  name,
  play: (lab) => exchanged(lab, { raw, answers: statuses.length, timeout: LONG }),
  expect: { statuses, reached, ended: 'complete' },
});

/** The same over TLS. */
const secured = (...[name, raw, statuses, reached]: Parameters<typeof answers>): Case => ({
  ...answers(`${name}, by TLS`, raw, statuses, reached),
  play: (lab) => exchanged(lab, { raw, answers: statuses.length, tls: true, entryPoint: 'pipelines-tls' }),
});

/** Sends more after the first answer; returns the server's answers to both. */
const inTwo = async (lab: Lab, first: string, then: string): Promise<Pattern> => {
  const connection = await lab.connect();
  await connection.write(first);
  await connection.until((text) => text.includes('"url"'));
  await connection.write(then);
  const { answers } = await connection.read({ answers: 3 });
  connection.close();
  return answers.map(({ body }) => /"url":"([^"]*)"/.exec(body)?.[1]);
};

/** Disconnects while the first answer is pending and the rest is queued; returns what the server notices. */
const leaving = async (lab: Lab, rest: string): Promise<Pattern> => {
  const origin = lab.origin('p1');
  const before = origin.seen.length;
  const aborted = origin.aborted;
  const connection = await lab.connect();
  await connection.write(get('/never?mode=never') + rest);
  await origin.until(({ open }) => open > 0);
  connection.close();
  const noticed = await origin.until((one) => one.aborted > aborted, 2000);
  await lab.send({ path: '/after' });
  return { noticed, reached: origin.seen.slice(before).map(({ url }) => url), upgrades: origin.upgrades };
};

/** The statuses of an upgrade, of a concurrent one, and of a later one. */
const inFlight = async (lab: Lab): Promise<Pattern> => {
  const status = async (): Promise<number | undefined> => (await lab.send({ raw: websocket('/one') })).status;
  const connection = await lab.connect();
  await connection.write(websocket('/one'));
  const { answers } = await connection.read();
  const beside = await status();
  connection.close();
  await lab.origin('p1').until(({ upgrades }) => upgrades === 0);
  // The proxy counts it as ended a moment after the server does.
  let after = await status();
  for (let i = 0; i < 100 && after === 429; i++) {
    await setTimeout(20);
    after = await status();
  }
  return [answers[0]?.status, beside, after];
};

const many = Array.from({ length: 70 }, (_, i) => `/${i}`);
const ok = many.map(() => 200);
const MANY = many.map((path) => get(path)).join('');
const rows: readonly Parameters<typeof answers>[] = [
  ['three requests', get('/1') + post('/2', 2, '{}') + get('/3'), [200, 200, 200], ['/1', '/2', '/3']],
  ['an upgrade behind a request', get('/1') + websocket('/2'), [200, 101], ['/1', '/2']],
  ['an upgrade behind a slow answer', get(SLOW) + websocket('/2'), [200, 101], [SLOW, '/2']],
  ['an upgrade behind h2c', h2c('/1') + websocket('/2'), [200, 101], ['/1', '/2']],
  ['h2c behind a request', get('/1') + h2c('/2') + get('/3'), [200, 200, 200], ['/1', '/2', '/3']],
  ['h2c behind a slow answer', get(SLOW) + h2c('/2') + get('/3'), [200, 200, 200], [SLOW, '/2', '/3']],
  ['h2c twice', h2c('/1') + h2c('/2') + post('/3', 2, '{}'), [200, 200, 200], ['/1', '/2', '/3']],
];

const gone = { noticed: true, reached: ['/never?mode=never', '/after'], upgrades: 0 };

export const pipelines: Area = {
  name: 'pipelines',
  origins: ['p1'],
  entryPoints: { pipelines: {}, 'pipelines-tls': { http: { tls: {} } } },
  scripts: {
    '/wire/refused': { answer: `HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n${'x'.repeat(3_000_000)}` },
  },
  http: {
    routers: {
      pi: prefix('/', 'pi', { entryPoints: ['pipelines', 'pipelines-tls'] }),
      piWire: prefix('/wire', 'piWire'),
      piOne: prefix('/one', 'pi', { middlewares: ['piOne'] }),
    },
    middlewares: { piOne: { inFlightReq: { amount: 1 } } },
    services: { pi: pool('p1'), piWire: { loadBalancer: { servers: [{ url: '{wire}' }] } } },
  },
  cases: [
    ...rows.flatMap((row) => [answers(...row), secured(...row)]),
    answers('many requests', MANY, ok, many),
    answers('an upgrade behind many requests', MANY + websocket('/w'), [...ok, 101], [...many, '/w']),
    answers('h2c behind many requests', MANY + h2c('/h') + get('/x'), [...ok, 200, 200], [...many, '/h', '/x']),
    {
      name: 'an upgrade pipelined after a large answer',
      play: (lab) => exchanged(lab, { raw: get(LARGE) + websocket('/2'), answers: 2 }),
      expect: { statuses: [200, 101], reached: [LARGE, '/2'] },
    },
    {
      name: 'two upgrades: the second is not a request',
      play: (lab) => exchanged(lab, { raw: websocket('/1') + websocket('/2'), answers: 2, timeout: 400 }),
      expect: { statuses: [101], reached: ['/1'], ended: 'timeout' },
    },
    {
      name: 'a request after a pipelined h2c request was answered',
      play: (lab) => inTwo(lab, get('/1') + h2c('/2'), get('/3')),
      expect: ['/1', '/2', '/3'],
    },
    {
      name: 'a refused upgrade with a large body',
      play: async (lab) => (await lab.send({ raw: websocket('/wire/refused') })).body.length,
      expect: 3_000_000,
    },
    { name: 'an upgrade counts as a request in flight until it ends', play: inFlight, expect: [101, 429, 101] },
    {
      name: 'when a client disconnects its pipelined requests are dropped',
      play: (lab) => leaving(lab, get('/behind')),
      expect: gone,
    },
    {
      name: 'when a client disconnects its pipelined upgrade is dropped',
      play: (lab) => leaving(lab, websocket('/behind')),
      expect: gone,
    },
    {
      name: 'when a client disconnects its pipelined h2c request is dropped',
      play: (lab) => leaving(lab, h2c('/behind')),
      expect: gone,
    },
    ends('a body that is longer than its length', `${post('/1', 4, 'hellööö')}\r\n`, [200, 400], ['/1']),
    ends('such a body, and a slow answer', `${post(SLOW, 4, 'hellööö')}\r\n`, [200, 400], [SLOW]),
    ends(
      'a bad header behind two requests',
      get('/1') + get('/2') + get('/3', 'X A: v\r\n'),
      [200, 200, 400],
      ['/1', '/2'],
    ),
    ends('a bad header behind many requests', MANY + get('/x', 'X A: v\r\n'), [...ok, 400], many),
    ends('a bad Host behind a request', get('/1') + BAD_HOST + get('/3'), [200, 400], ['/1']),
    ends(
      'an expectation nobody knows behind a request',
      get('/1') + get('/2', 'Expect: x\r\n') + get('/3'),
      [200, 417],
      ['/1'],
    ),
    ends('CONNECT behind a request', `${get('/1')}CONNECT l:80 HTTP/1.1\r\nHost: l:80\r\n\r\n`, [200, 501], ['/1']),
    ends('no version behind a request', `${get('/1')}GET /2\r\nHost: l\r\n\r\n`, [200, 400], ['/1']),
    ends('bytes behind the last request', `${get('/1', 'Connection: close\r\n')}nonsense\r\n`, [200], ['/1']),
    ends('a request behind the last one', get('/1', 'Connection: close\r\n') + get('/2'), [200], ['/1']),
    ends('a request behind HTTP/1.0', `GET /1 HTTP/1.0\r\nHost: l\r\n\r\n${get('/2')}`, [200], ['/1']),
    {
      name: 'a broken chunk pipelined after a slow answer',
      play: (lab) => exchanged(lab, { raw: get(SLOW) + chunked('/2', 'zz\r\n'), untilClosed: true }),
      differs: {
        id: 'bad-chunk',
        traefik: { statuses: [200, 500], reached: [SLOW] },
        router: { statuses: [200, 400], reached: [SLOW] },
      },
    },
    {
      name: 'bytes that cannot be a request, before the end of their line',
      play: (lab) => exchanged(lab, { raw: `${get('/1')}}`, untilClosed: true, timeout: 400 }),
      differs: {
        id: 'early-refusal',
        traefik: { statuses: [200], ended: 'timeout' },
        router: { statuses: [200, 400], ended: 'end' },
      },
    },
    { name: 'afterwards everything works', send: { path: '/' }, expect: { status: 200 } },
  ],
};
