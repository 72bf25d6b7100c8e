import type { Area, Lab } from '../case.ts';
import { pool, prefix } from './parts.ts';

type Leave = 'close' | 'reset' | 'half';

/** Sends the bytes, waits until the server has the request, leaves, and tells whether the server is told. */
const leaveDuring = async (
  lab: Lab,
  id: string,
  bytes: string,
  how: Leave,
  awaited = '',
): Promise<{ told: boolean; open: number }> => {
  const origin = lab.origin(id);
  const before = origin.aborted;
  const connection = await lab.connect();
  await connection.write(bytes);
  await origin.until(({ open }) => open > 0);
  if (awaited) await connection.until((text) => text.includes(awaited));
  if (how === 'reset') connection.reset();
  else if (how === 'half') connection.socket.end();
  else connection.close();
  const told = await origin.until(({ aborted }) => aborted > before, 2000);
  connection.close();
  return { told, open: origin.open };
};

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: l\r\n\r\n`;
const told = { told: true, open: 0 };

export const clientFaults: Area = {
  name: 'client-faults',
  origins: ['e1'],
  entryPoints: {
    'client-faults': {},
    impatient: { transport: { respondingTimeouts: { readTimeout: '300ms', idleTimeout: '300ms' } } },
  },
  http: {
    routers: { cf: prefix('/', 'cf', { entryPoints: ['client-faults', 'impatient'] }) },
    services: { cf: pool('e1') },
  },
  cases: [
    {
      name: 'a farewell during events',
      play: (lab) => leaveDuring(lab, 'e1', get('/?mode=events'), 'close', 'data:'),
      expect: told,
    },
    {
      name: 'a reset during events',
      play: (lab) => leaveDuring(lab, 'e1', get('/?mode=events'), 'reset', 'data:'),
      expect: told,
    },
    {
      name: 'a farewell during silent events',
      play: (lab) => leaveDuring(lab, 'e1', get('/?mode=events&silent'), 'close', '\r\n\r\n'),
      expect: told,
    },
    {
      name: 'a farewell before the answer, GET',
      play: (lab) => leaveDuring(lab, 'e1', get('/?mode=never'), 'close'),
      expect: told,
    },
    {
      name: 'a reset before the answer, GET',
      play: (lab) => leaveDuring(lab, 'e1', get('/?mode=never'), 'reset'),
      expect: told,
    },
    {
      name: 'a farewell before the answer, POST',
      play: (lab) =>
        leaveDuring(lab, 'e1', 'POST /?mode=never HTTP/1.1\r\nHost: l\r\nContent-Length: 2\r\n\r\n{}', 'close'),
      expect: told,
    },
    {
      name: 'a farewell in mid-body',
      play: (lab) =>
        leaveDuring(lab, 'e1', 'POST /?mode=unread HTTP/1.1\r\nHost: l\r\nContent-Length: 100\r\n\r\nhalf', 'close'),
      expect: told,
    },
    {
      name: 'a farewell in mid-body, chunked',
      play: (lab) =>
        leaveDuring(
          lab,
          'e1',
          'POST /?mode=unread HTTP/1.1\r\nHost: l\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n',
          'close',
        ),
      expect: told,
    },
    {
      name: 'events are passed on one by one',
      play: async (lab) => {
        const connection = await lab.connect();
        await connection.write(get('/?mode=events&every=20'));
        const arrived = await connection.until((text) => (text.match(/data:/g) ?? []).length >= 5);
        connection.close();
        return arrived;
      },
      expect: true,
    },
    {
      name: 'the head of silent events comes at once',
      play: async (lab) => {
        const connection = await lab.connect();
        await connection.write(get('/?mode=events&silent'));
        const arrived = await connection.until((text) => text.includes('\r\n\r\n'), 2000);
        const { answers } = connection.soFar();
        connection.close();
        return [arrived, answers[0]?.headers.find(([name]) => name === 'Content-Type')?.[1]];
      },
      expect: [true, 'text/event-stream'],
    },
    {
      name: 'a stream outlives readTimeout and idleTimeout',
      play: async (lab) => {
        const connection = await lab.connect('impatient');
        await connection.write(get('/?mode=events&every=350'));
        const arrived = await connection.until((text) => (text.match(/data:/g) ?? []).length >= 4);
        connection.close();
        return arrived;
      },
      expect: true,
    },
    {
      name: 'a slow answer outlives readTimeout',
      send: { path: '/?mode=slow&ms=700', entryPoint: 'impatient' },
      expect: { status: 200 },
    },
    {
      name: 'a client that says nothing is let go after readTimeout',
      play: async (lab) => {
        const connection = await lab.connect('impatient');
        const ended = await connection.whenClosed(3000);
        return { ended, said: connection.soFar().rest };
      },
      expect: { ended: 'end', said: '' },
    },
    {
      name: 'a client that stops in its head is let go after readTimeout',
      play: async (lab) => {
        const connection = await lab.connect('impatient');
        await connection.write('GET / HTTP/1.1\r\nHost:');
        const ended = await connection.whenClosed(3000);
        return { ended, status: connection.soFar().answers[0]?.status };
      },
      expect: { ended: 'end', status: undefined },
    },
    {
      name: 'an idle connection is let go after idleTimeout',
      play: async (lab) => {
        const connection = await lab.connect('impatient');
        await connection.write(get('/'));
        await connection.read();
        const ended = await connection.whenClosed(3000);
        return { ended, answers: connection.soFar().answers.length };
      },
      expect: { ended: 'end', answers: 1 },
    },
    {
      name: 'a body that stops is given up after readTimeout',
      play: async (lab) => {
        const connection = await lab.connect('impatient');
        await connection.write('POST / HTTP/1.1\r\nHost: l\r\nContent-Length: 10\r\n\r\nhalf');
        const { answers } = await connection.read({ timeout: 3000 });
        const status = answers[0]?.status;
        // Which of the two ends of the connection Traefik notices first is chance.
        const said = status === 499 ? 504 : (status ?? (connection.closed ? 'closed' : 'open'));
        connection.close();
        return said;
      },
      differs: { id: 'slow-body', traefik: 504, router: 'closed' },
    },
    { name: 'afterwards everything works', send: { path: '/' }, expect: { status: 200 } },
  ],
};
