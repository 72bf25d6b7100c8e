import { once } from 'node:events';
import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import type { Area, Lab } from '../case.ts';
import type { RawConnection } from '../raw-client.ts';
import type { JsonObject } from '../subject.ts';
import { pool, prefix } from './parts.ts';

const GRACE = 500;

const area = (
  name: string,
  lifeCycle: JsonObject,
  play: (lab: Lab) => Promise<never>,
  expect: JsonObject,
  about: string,
): Area => ({
  name,
  alone: {},
  entryPoints: { [name]: { transport: { lifeCycle } } },
  static: { ping: { entryPoint: name } },
  origins: ['a'],
  http: { routers: { [`${name}R`]: prefix('/', `${name}S`) }, services: { [`${name}S`]: pool('a') } },
  cases: [{ name: about, play, expect }],
});

const streaming = async (lab: Lab): Promise<RawConnection> => {
  const connection = await lab.connect();
  await connection.write('GET /?mode=events HTTP/1.1\r\nHost: l\r\n\r\n');
  await connection.until((text) => text.includes('data:'));
  return connection;
};

const isRefused = async (lab: Lab): Promise<boolean> => {
  for (let i = 0; i < 100; i++) {
    try {
      (await lab.connect()).close();
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return false;
};

const drains = async (lab: Lab) => {
  const idle = await lab.connect();
  await idle.write('GET / HTTP/1.1\r\nHost: l\r\n\r\n');
  await idle.read();
  const stream = await streaming(lab);
  const slow = await lab.connect();
  await slow.write('GET /?mode=slow&ms=250 HTTP/1.1\r\nHost: l\r\n\r\n');
  await lab.origin('a').until(({ open }) => open >= 2);
  const startedAt = Date.now();
  lab.subject.signal('SIGTERM');
  const idleEnded = await idle.whenClosed(GRACE);
  const refused = await isRefused(lab);
  const before = stream.soFar().answers[0]?.body.length ?? 0;
  const goesOn = await stream.until((text) => text.length > before + 100, GRACE);
  const { answers } = await slow.read();
  const { ended } = { ended: await stream.whenClosed(5_000) };
  const lasted = Date.now() - startedAt;
  const exit = await lab.subject.exited();
  return {
    idle: idleEnded !== 'timeout',
    refused,
    goesOn,
    slow: answers[0]?.status,
    stream: ended !== 'timeout' && stream.soFar().answers[0]?.complete === false,
    atGrace: lasted >= GRACE - 50 && lasted < GRACE + 1500,
    code: exit === 'timeout' ? 'still there' : exit.code,
  } as never;
};

const accepts = async (lab: Lab) => {
  lab.subject.signal('SIGTERM');
  let ping: number | undefined;
  for (let i = 0; i < 50 && ping !== 503; i++) ping = (await lab.send({ path: '/ping' })).status;
  const { status } = await lab.send({ path: '/' });
  const exit = await lab.subject.exited();
  return { ping, status, code: exit === 'timeout' ? 'still there' : exit.code } as never;
};

const idles = async (lab: Lab) => {
  lab.subject.signal('SIGINT');
  const startedAt = Date.now();
  const exit = await lab.subject.exited();
  return { code: exit === 'timeout' ? 'still there' : exit.code, atOnce: Date.now() - startedAt < 3_000 } as never;
};

const twice = async (lab: Lab) => {
  const stream = await streaming(lab);
  lab.subject.signal('SIGTERM');
  await isRefused(lab);
  const startedAt = Date.now();
  lab.subject.signal('SIGTERM');
  const exit = await lab.subject.exited();
  stream.close();
  return { gone: exit !== 'timeout', atOnce: Date.now() - startedAt < 1_000 } as never;
};

/** Ends the connection without a TLS or HTTP/2 goodbye. */
const vanish = async (lab: Lab, protocol: 'http/1.1' | 'h2', use: (socket: tls.TLSSocket) => void): Promise<void> => {
  const socket = net.connect(lab.port(), '127.0.0.1');
  const secure = tls.connect({ socket, rejectUnauthorized: false, ALPNProtocols: [protocol] });
  secure.on('error', () => undefined);
  await once(secure, 'secureConnect');
  use(secure);
  if (protocol === 'http/1.1') await once(secure, 'data');
  socket.destroy();
};

const vanishing = async (lab: Lab) => {
  for (let i = 0; i < 5; i++) {
    await vanish(lab, 'http/1.1', (socket) => socket.write('GET / HTTP/1.1\r\nHost: l\r\n\r\n'));
    await vanish(lab, 'h2', (socket) =>
      http2.connect('https://l', { createConnection: () => socket }).on('error', () => {}),
    );
  }
  return idles(lab);
};

export const stopping: readonly Area[] = [
  area(
    'stop-drain',
    { graceTimeOut: `${GRACE}ms` },
    drains,
    { idle: true, refused: true, goesOn: true, slow: 200, stream: true, atGrace: true, code: 0 },
    'SIGTERM: no new connections, idle ones end, answers under way are finished, streams are cut after graceTimeOut',
  ),
  area(
    'stop-accept',
    { requestAcceptGraceTimeout: '400ms' },
    accepts,
    { ping: 503, status: 200, code: 0 },
    'requestAcceptGraceTimeout: ping says 503 while requests are still served',
  ),
  area(
    'stop-idle',
    { graceTimeOut: '10s' },
    idles,
    { code: 0, atOnce: true },
    'SIGINT without connections ends at once',
  ),
  {
    ...area(
      'stop-tls',
      { graceTimeOut: '10s' },
      vanishing,
      { code: 0, atOnce: true },
      'TLS clients that have left keep nobody',
    ),
    entryPoints: { 'stop-tls': { http: { tls: {} }, transport: { lifeCycle: { graceTimeOut: '10s' } } } },
  },
  {
    ...area('stop-twice', { graceTimeOut: '3s' }, twice, {}, ''),
    cases: [
      {
        name: 'a second signal',
        play: twice,
        differs: { id: 'second-signal', traefik: { gone: true, atOnce: false }, router: { gone: true, atOnce: true } },
      },
    ],
  },
];
