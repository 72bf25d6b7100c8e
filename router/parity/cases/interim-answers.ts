import { readFileSync } from 'node:fs';
import type { Asked, TransportName } from '../asked.ts';
import type { Area, Case, Lab } from '../case.ts';
import { pool, prefix } from './parts.ts';

const TRANSPORTS: readonly TransportName[] = ['HTTP/1.1', 'TLS', 'HTTP/2'];
const CLIENTS = 10;
/** Far more than the system's buffers for a connection. */
const HINTS = 24_000;
const FLOOD = `/?mode=flood-of-hints&tenfold=${HINTS / 10}`;
const MAX_GROWTH = 64;

const megabytes = (lab: Lab): number => {
  const status = readFileSync(`/proc/${lab.subject.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024;
};

/** How many megabytes the process grew by, once the floods were read or nothing reads them any more. */
const growth = async (lab: Lab, transport: TransportName): Promise<number> => {
  const origin = lab.origin('h1');
  const came = origin.connectionIds.length;
  const before = megabytes(lab);
  const all: Asked[] = [];
  for (let i = 0; i < CLIENTS; i++) {
    const asked = await lab.ask(transport, { path: FLOOD });
    asked.pause();
    all.push(asked);
  }
  await origin.until(({ connectionIds }) => connectionIds.length >= came + CLIENTS);
  await origin.until(({ open, stalled }) => stalled >= open, 15_000);
  const grown = megabytes(lab) - before;
  for (const asked of all) asked.close();
  await origin.until(({ open }) => open === 0);
  return grown;
};

const eachPasses = TRANSPORTS.map(
  (transport): Case => ({
    name: `each of them is passed on, ${transport}`,
    play: async (lab) => {
      const asked = await lab.ask(transport, { path: '/wire/two' });
      await asked.until(({ status }) => status !== undefined);
      const { interim, status } = asked;
      asked.close();
      return { interim: [...interim], status };
    },
    expect: { interim: [102, 103], status: 200 },
  }),
);

export const interimAnswers: Area = {
  name: 'interim-answers',
  alone: {},
  origins: ['h1'],
  scripts: {
    '/wire/two': {
      answer:
        'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    },
  },
  http: {
    routers: {
      ia: prefix('/', 'ia'),
      iaTls: prefix('/', 'ia', { tls: {} }),
      iaWire: prefix('/wire', 'iaWire'),
      iaWireTls: prefix('/wire', 'iaWire', { tls: {} }),
    },
    services: { ia: pool('h1'), iaWire: { loadBalancer: { servers: [{ url: '{wire}' }] } } },
  },
  cases: [
    ...eachPasses,
    {
      name: 'those of a request do not damage the answer before it',
      play: async (lab) => {
        const connection = await lab.connect();
        await connection.write(
          'GET /?mode=large&size=5000000 HTTP/1.1\r\nHost: l\r\n\r\nGET /wire/two HTTP/1.1\r\nHost: l\r\n\r\n',
        );
        const { answers } = await connection.read({ answers: 2 });
        connection.close();
        return answers.map(({ status, body }) => [status, body.replaceAll('x', '').length, body.length]);
      },
      expect: [
        [200, 0, 5_000_000],
        [200, 2, 2],
      ],
    },
    ...TRANSPORTS.map(
      (transport): Case => ({
        name: `a flood of them to clients that do not read costs no memory, ${transport}`,
        play: async (lab) => (await growth(lab, transport)) < MAX_GROWTH,
        expect: true,
      }),
    ),
    {
      name: 'a client that stops reading, and then continues',
      play: async (lab) => {
        const origin = lab.origin('h1');
        const asked = await lab.ask('HTTP/2', { path: FLOOD });
        asked.pause();
        await origin.until(({ open, stalled, connectionIds }) => connectionIds.length > 0 && stalled >= open, 15_000);
        asked.resume();
        await asked.until(({ status }) => status !== undefined, 10_000);
        const { interim, status } = asked;
        asked.close();
        return { all: interim.length === HINTS, status };
      },
      differs: {
        id: 'late-hints',
        traefik: { all: true, status: 200 },
        router: { all: false, status: 200 },
      },
    },
    { name: 'afterwards everything works', send: { path: '/' }, expect: { status: 200 } },
  ],
};
